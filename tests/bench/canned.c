/* A NETCONF subsystem that answers from memory, for the benchmark: it costs the server side next to nothing, so that
   what is measured is the client.  Usage: canned eom|chunked.  A request with <mb ...>N</mb> gets N megabytes of list
   entries; anything else gets <ok/>. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char in[1 << 20];
static size_t have;
static int chunked;

static void put(const char *data, size_t size) {
  while (size > 0) {
    ssize_t done = write(1, data, size);
    if (done <= 0) exit(0);
    data += done;
    size -= (size_t)done;
  }
}

/* one message from pieces: framed as negotiated */
static void piece(const char *data, size_t size) {
  char head[32];
  if (chunked) put(head, (size_t)snprintf(head, sizeof head, "\n#%zu\n", size));
  put(data, size);
}

static void end(void) {
  if (chunked) put("\n##\n", 4); else put("]]>]]>", 6);
}

static void small(const char *id, size_t id_size) {
  char reply[600];
  char body[400];
  int size = snprintf(body, sizeof body,
      "<rpc-reply xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\" message-id=\"%.*s\"><ok/></rpc-reply>",
      (int)id_size, id);
  if (chunked) size = snprintf(reply, sizeof reply, "\n#%d\n%s\n##\n", size, body);
  else size = snprintf(reply, sizeof reply, "%s]]>]]>", body);
  put(reply, (size_t)size);
}

static void large(const char *id, size_t id_size, long megabytes) {
  static char block[1 << 16];
  char text[400];
  long total = megabytes * 1000000L, sent = 0, number = 0;
  int size = snprintf(text, sizeof text,
      "<rpc-reply xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\" message-id=\"%.*s\"><data>"
      "<interfaces xmlns=\"urn:bench\">", (int)id_size, id);
  piece(text, (size_t)size);
  while (sent < total) {
    size_t filled = 0;
    while (filled + 300 < sizeof block)
      filled += (size_t)sprintf(block + filled,
          "<interface><name>ge-0/0/%ld</name><description>customer %ld</description><enabled>true</enabled>"
          "<mtu>%ld</mtu></interface>\n", number, number * 7919 % 100003, 1500 + number % 7000), number++;
    piece(block, filled);
    sent += (long)filled;
  }
  piece("</interfaces></data></rpc-reply>", 32);
  end();
}

static void answer(char *message) {
  char *id = strstr(message, "message-id=");
  char *mb = strstr(message, "<mb");
  size_t size = 0;
  if (id) { id += 12; size = strcspn(id, "\"'"); } else id = "";
  if (mb) large(id, size, atol(strchr(mb, '>') + 1)); else small(id, size);
}

int main(int argc, char **argv) {
  int wanted = argc > 1 && strcmp(argv[1], "chunked") == 0;
  const char *hello =
      "<hello xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\"><capabilities>"
      "<capability>urn:ietf:params:netconf:base:1.0</capability>%s"
      "<capability>urn:ietf:params:netconf:capability:candidate:1.0</capability>"
      "</capabilities><session-id>1</session-id></hello>]]>]]>";
  char text[1000];
  put(text, (size_t)snprintf(text, sizeof text, hello,
      wanted ? "<capability>urn:ietf:params:netconf:base:1.1</capability>" : ""));
  int greeted = 0;
  for (;;) {
    ssize_t got = read(0, in + have, sizeof in - 1 - have);
    if (got <= 0) return 0;
    have += (size_t)got;
    in[have] = 0;
    for (;;) {
      const char *mark = greeted && chunked ? "\n##\n" : "]]>]]>";
      char *stop = strstr(in, mark);
      if (!stop) break;
      size_t used = (size_t)(stop - in) + strlen(mark);
      *stop = 0;
      if (!greeted) { greeted = 1; chunked = wanted; } else answer(in);
      memmove(in, in + used, have - used + 1);
      have -= used;
    }
  }
}
