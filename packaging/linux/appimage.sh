#!/bin/sh
# One file of the AppDir: appimage.sh APPDIR OUT.  appimagetool is found on the PATH, or named by APPIMAGETOOL.
set -eu
tool=${APPIMAGETOOL:-$(command -v appimagetool || true)}
if [ -z "$tool" ]; then
  echo "appimage.sh: appimagetool is not here; get it and name it by APPIMAGETOOL" >&2
  exit 3
fi
ARCH=x86_64 "$tool" --no-appstream "$1" "$2"
