"""The playbook that an exported plan is carried out by, and the words that go with it.

Lives here: the texts only.  One play over all devices: every task runs on all before the next one begins, and a
failure anywhere rolls all back.
"""

from __future__ import annotations

CONFIGURATION = """\
[defaults]
inventory = inventory.yml
forks = {forks}
retry_files_enabled = False

[persistent_connection]
connect_timeout = 60
command_timeout = 300
"""

PLAYBOOK = """\
---
# Lock, edit, validate, confirmed commit, look, confirm, unlock: each step on all devices before the next one.
# A failure on one device rolls all of them back; without a confirmation the devices do that by themselves.
- name: "@TITLE@"
  hosts: netconf
  gather_facts: false
  any_errors_fatal: true
@SERIAL@  vars:
    base: urn:ietf:params:xml:ns:netconf:base:1.0
  tasks:
    - name: Secrets are given
      ansible.builtin.assert:
        that: netconf_secrets | select('equalto', '') | length == 0
        fail_msg: A secret is missing. Set NETCONF_SECRET_1 and so on, or give a vault file with -e.
        quiet: true
      no_log: true

    - name: Change the devices
      block:
        - name: Lock
          ansible.netcommon.netconf_rpc:
            rpc: lock
            xmlns: "{{ base }}"
            content: "<target><{{ item }}/></target>"
          loop: "{{ netconf_lock }}"
          register: locked

        - name: Edit candidate
          ansible.netcommon.netconf_rpc:
            rpc: edit-config
            xmlns: "{{ base }}"
            content: >-
              <target><candidate/></target><default-operation>{{ netconf_default_operation }}</default-operation>{{
              netconf_options }}{{ lookup('ansible.builtin.template', 'edits/' ~ inventory_hostname ~ '.xml.j2') }}
          when: netconf_target == 'candidate'
          register: edited
          no_log: true

        - name: Validate
          ansible.netcommon.netconf_rpc:
            rpc: validate
            xmlns: "{{ base }}"
            content: "<source><candidate/></source>"
          when: netconf_validate

        - name: Commit, to be confirmed
          ansible.netcommon.netconf_rpc:
            rpc: commit
            xmlns: "{{ base }}"
            content: "<confirmed/><confirm-timeout>{{ netconf_confirm_timeout }}</confirm-timeout>"
          when: netconf_confirmed
          register: committed
          changed_when: true

        - name: Commit where a device cannot wait for a confirmation
          ansible.netcommon.netconf_rpc:
            rpc: commit
            xmlns: "{{ base }}"
          when: netconf_target == 'candidate' and not netconf_confirmed
          register: changed_for_good
          changed_when: true

        - name: Edit running where there is no candidate
          ansible.netcommon.netconf_rpc:
            rpc: edit-config
            xmlns: "{{ base }}"
            content: >-
              <target><running/></target><default-operation>{{ netconf_default_operation }}</default-operation>{{
              netconf_options }}{{ lookup('ansible.builtin.template', 'edits/' ~ inventory_hostname ~ '.xml.j2') }}
          when: netconf_target == 'running'
          register: changed_directly
          changed_when: true
          no_log: true

        - name: The devices can still be reached
          ansible.builtin.wait_for:
            host: "{{ ansible_host }}"
            port: "{{ ansible_port }}"
            timeout: 20
          delegate_to: localhost
          vars:
            ansible_connection: local
          when: not (ansible_netconf_ssh_config | default(false))

        - name: Read back what was written
          ansible.netcommon.netconf_rpc:
            rpc: get-config
            xmlns: "{{ base }}"
            content: '<source><running/></source><filter type="subtree">{{ netconf_readback }}</filter>'
            display: xml
          when: netconf_readback != ''
          register: written
          no_log: true

        - name: What was written is there
          ansible.builtin.assert:
            that: missing | length == 0
            fail_msg: "Not as it was sent: {{ missing | map('first') | unique | join(', ') }}."
            quiet: true
          vars:
            found: "{{ written.output | regex_findall('<([^<>/ ]+)[^<>/]*>([^<]*)</') }}"
            missing: "{{ netconf_expected | map('list') | difference(found | map('list')) }}"
          when: netconf_readback != ''

        - name: Read back what was removed
          ansible.netcommon.netconf_rpc:
            rpc: get-config
            xmlns: "{{ base }}"
            content: '<source><running/></source><filter type="subtree">{{ netconf_gone }}</filter>'
            display: xml
          when: netconf_gone != ''
          register: removed
          no_log: true

        - name: What was removed is gone
          ansible.builtin.assert:
            that: removed.output | regex_findall('<([^<>/ ]+)') | intersect(netconf_absent) | length == 0
            fail_msg: What was to be removed is still there.
            quiet: true
          when: netconf_gone != ''

        - name: Confirm
          ansible.netcommon.netconf_rpc:
            rpc: commit
            xmlns: "{{ base }}"
          when: netconf_confirmed
          register: confirmed

        - name: Save to startup
          ansible.netcommon.netconf_rpc:
            rpc: copy-config
            xmlns: "{{ base }}"
            content: "<target><startup/></target><source><running/></source>"
          when: netconf_save_startup

      rescue:
        - name: Undo the commit that waits for its confirmation
          ansible.netcommon.netconf_rpc:
            rpc: cancel-commit
            xmlns: "{{ base }}"
          when:
            - committed is defined and committed is succeeded and committed is not skipped
            - not (confirmed is defined and confirmed is succeeded and confirmed is not skipped)
          register: cancelled
          ignore_errors: true

        - name: Discard the edit
          ansible.netcommon.netconf_rpc:
            rpc: discard-changes
            xmlns: "{{ base }}"
          when: netconf_target == 'candidate' and locked is defined and locked is succeeded
          ignore_errors: true

        - name: Send the opposite edit where a device cannot undo it by itself
          ansible.netcommon.netconf_rpc:
            rpc: edit-config
            xmlns: "{{ base }}"
            content: >-
              <target><{{ netconf_target }}/></target><default-operation>none</default-operation>{{
              lookup('ansible.builtin.template', 'edits/' ~ inventory_hostname ~ '.back.xml.j2') }}
          when: >-
            (changed_directly is defined and changed_directly is succeeded and changed_directly is not skipped) or
            (changed_for_good is defined and changed_for_good is succeeded and changed_for_good is not skipped)
          register: taken_back
          no_log: true
          ignore_errors: true

        - name: Commit the opposite edit
          ansible.netcommon.netconf_rpc:
            rpc: commit
            xmlns: "{{ base }}"
          when: netconf_target == 'candidate' and taken_back is succeeded and taken_back is not skipped
          register: committed_back
          ignore_errors: true

        - name: Say that it did not work
          ansible.builtin.set_fact:
            netconf_failed: true
            netconf_state: >-
              {{ 'The opposite edit was refused: the change is still there. Look at the device.'
              if taken_back is failed or committed_back is failed
              else 'It could not be reached to undo the change; it does so by itself within '
              ~ netconf_confirm_timeout ~ ' s.' if cancelled is failed
              else 'It was confirmed before another device failed: the change is still there.'
              if confirmed is defined and confirmed is succeeded and confirmed is not skipped
              else 'It is as it was before.' }}

      always:
        - name: Unlock
          ansible.netcommon.netconf_rpc:
            rpc: unlock
            xmlns: "{{ base }}"
            content: "<target><{{ item }}/></target>"
          loop: "{{ netconf_lock | reverse | list }}"
          failed_when: false
          changed_when: false

    - name: The change is on the device
      ansible.builtin.assert:
        that: not (netconf_failed | default(false))
        fail_msg: "A device failed. {{ netconf_device }}: {{ netconf_state | default('') }}"
        success_msg: The change is on {{ netconf_device }}.
"""


def readme(title: str, devices: int, secrets: tuple[str, ...], unfollowed: tuple[str, ...] = ()) -> str:
    """How to run the project; `unfollowed` are devices that are reached in ways that Ansible has no words for."""
    count = f"{devices} device{'' if devices == 1 else 's'}"
    lines = [
        f"# {title}",
        f"An Ansible project that makes one change on {count}, or on none of them.",
        "",
        "Needed: `ansible-core` 2.16 or newer, the collection `ansible.netcommon`, and `ncclient`.",
        "",
        "```",
        "export NETCONF_PASSWORD=…        # the password of the devices; leave it out where keys are used",
        *(f"export {name}=…" for name in secrets),
        "ansible-playbook playbook.yml",
        "```",
        "",
        "No secret is in these files. Instead of the environment a vault can give them:",
        "`ansible-vault create vault.yml` with `ansible_password` and `netconf_secret_1` and so on, then",
        "`ansible-playbook playbook.yml -e @vault.yml --ask-vault-pass`.",
        "",
        "Host keys are checked against `~/.ssh/known_hosts`; add them there first.",
        *(
            ("", "Ansible connects by SSH of its own. These are reached otherwise here; see to a way first:", "")
            if unfollowed
            else ()
        ),
        *(f"- {line}" for line in unfollowed),
        *(("",) if unfollowed else ()),
        "From the commit to its confirmation there are `netconf_confirm_timeout` seconds (`group_vars/netconf.yml`).",
        "",
        "| file | what it holds |",
        "| --- | --- |",
        "| `playbook.yml` | lock, edit, validate, confirmed commit, read back, confirm, unlock; or roll back |",
        "| `inventory.yml` | the devices and their addresses |",
        "| `edits/*.xml.j2` | the edit of each device; `*.back.xml.j2` is the opposite, where a device needs it |",
        "| `host_vars/*.yml` | how each device is changed, and what is read back |",
        "| `group_vars/netconf.yml` | the time to confirm, and where secrets come from |",
        "",
    ]
    return "\n".join(lines)
