/*
 * Stands in for powershell.exe, netsh.exe and sc.exe under wine, where those do nothing: writes down how it was called,
 * and edits the rules in the registry as the real program would. What it is to do follows from its own name.
 *
 * The files in the directory above its own tell it more, since a program gets nothing from its caller's environment:
 *
 * calls    each call is appended to it, one line: the program's name and its arguments
 * network  what the questions for network profiles, routes and adapters print; nothing if missing
 * fail     text: a call with an argument that contains it ends with exit code 1 and changes nothing
 *
 * As reg.exe it hands everything on to wine's own, but for keys that contain the text of fail: those may not be read.
 */
#include <windows.h>
#include <wchar.h>
#include <stdio.h>
#include <stdlib.h>

#define RULES L"SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules"
#define SIZE 16384

static wchar_t own[MAX_PATH];

/* Opens a file of the directory above this program's own. */
static FILE *told(const wchar_t *name, const wchar_t *mode) {
  static wchar_t path[MAX_PATH];
  wcscpy(path, own);
  for (int up = 0; up < 2; up++) *wcsrchr(path, L'\\') = 0;
  wcscat(path, L"\\");
  wcscat(path, name);
  return _wfopen(path, mode);
}

static HKEY rules(void) {
  HKEY key;
  return RegCreateKeyExW(HKEY_LOCAL_MACHINE, RULES, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key, NULL) ? NULL : key;
}

static int read_rule(const wchar_t *name, wchar_t *text) {
  DWORD bytes = SIZE * sizeof *text;
  return RegQueryValueExW(rules(), name, NULL, NULL, (BYTE *)text, &bytes) == 0;
}

static int write_rule(const wchar_t *name, const wchar_t *text) {
  return RegSetValueExW(rules(), name, 0, REG_SZ, (const BYTE *)text, (wcslen(text) + 1) * sizeof *text) ? 1 : 0;
}

static int delete_rule(const wchar_t *name) { return RegDeleteValueW(rules(), name) ? 1 : 0; }

/* The parameter behind a name in a PowerShell command: 'quoted', with '' for ', a list of such, or a bare word. */
static int parameter(const wchar_t *command, const wchar_t *name, wchar_t *value) {
  const wchar_t *at = wcsstr(command, name);
  if (!at) return 0;
  at += wcslen(name);
  if (*at != L'\'') {
    while (*at && *at != L' ') *value++ = *at++;
  } else {
    for (at++; *at; at++) {
      if (at[0] == L'\'' && at[1] == L',' && at[2] == L'\'') {
        *value++ = L',';
        at += 2;
        continue;
      }
      if (at[0] == L'\'' && *++at != L'\'') break;
      *value++ = *at;
    }
  }
  *value = 0;
  return 1;
}

static void replace(wchar_t *text, const wchar_t *old, const wchar_t *new_text) {
  static wchar_t rest[SIZE];
  wchar_t *at = wcsstr(text, old);
  if (!at) return;
  wcscpy(rest, at + wcslen(old));
  wcscpy(at, new_text);
  wcscat(at, rest);
}

static int new_rule(const wchar_t *command) {
  static wchar_t text[SIZE], name[SIZE], value[SIZE], field[SIZE];
  wcscpy(text, L"v2.31|Action=Allow|Active=TRUE|Dir=Out|Protocol=6|");
  if (parameter(command, L"-Profile ", value) && wcscmp(value, L"Any")) {
    for (wchar_t *profile = value, *comma; profile; profile = comma ? comma + 1 : NULL) {
      comma = wcschr(profile, L',');
      if (comma) *comma = 0;
      swprintf(field, SIZE, L"Profile=%ls|", profile);
      wcscat(text, field);
    }
  }
  if (parameter(command, L"-RemotePort ", value)) {
    swprintf(field, SIZE, L"RPort=%ls|", value);
    wcscat(text, field);
  }
  if (parameter(command, L"-RemoteAddress ", value)) {
    swprintf(field, SIZE, L"RA%d=%ls|", wcschr(value, L':') ? 6 : 4, value);
    wcscat(text, field);
  }
  if (parameter(command, L"-DisplayName ", value)) {
    swprintf(field, SIZE, L"Name=%ls|", value);
    wcscat(text, field);
  }
  if (parameter(command, L"-Group ", value)) {
    swprintf(field, SIZE, L"EmbedCtxt=%ls|", value);
    wcscat(text, field);
  }
  return parameter(command, L"-Name ", name) ? write_rule(name, text) : 1;
}

/* Other remote ports in the place of the old ones, as Windows writes a rule. */
static void set_ports(wchar_t *text, wchar_t *ports) {
  static wchar_t changed[SIZE], field[SIZE];
  int is_done = 0;
  wchar_t *part, *rest = text;
  *changed = 0;
  while ((part = wcschr(rest, L'|'))) {
    *part = 0;
    if (wcsncmp(rest, L"RPort", 5)) {
      wcscat(wcscat(changed, rest), L"|");
    } else if (!is_done) {
      is_done = 1;
      for (wchar_t *port = ports, *comma; port; port = comma ? comma + 1 : NULL) {
        comma = wcschr(port, L',');
        if (comma) *comma = 0;
        swprintf(field, SIZE, L"%ls=%ls|", wcschr(port, L'-') ? L"RPort2_10" : L"RPort", port);
        wcscat(changed, field);
      }
    }
    rest = part + 1;
  }
  wcscpy(text, changed);
}

static int powershell(const wchar_t *command) {
  static wchar_t name[SIZE], text[SIZE], ports[SIZE];
  if (wcsstr(command, L"Get-NetConnectionProfile") || wcsstr(command, L"Get-NetAdapter")) {
    FILE *network = told(L"network", L"r");
    for (int byte; network && (byte = fgetc(network)) != EOF;) putchar(byte);
    return 0;
  }
  if (wcsstr(command, L"Get-Command")) {
    puts("New-NetFirewallRule");
    return 0;
  }
  if (wcsstr(command, L"New-NetFirewallRule")) return new_rule(command);
  if (!parameter(command, L"-Name ", name) || !read_rule(name, text)) return 1;
  if (wcsstr(command, L"Remove-NetFirewallRule")) return delete_rule(name);
  if (wcsstr(command, L"Enable-NetFirewallRule")) replace(text, L"|Active=FALSE|", L"|Active=TRUE|");
  else if (wcsstr(command, L"Disable-NetFirewallRule")) replace(text, L"|Active=TRUE|", L"|Active=FALSE|");
  else if (wcsstr(command, L"Set-NetFirewallRule") && parameter(command, L"-RemotePort ", ports)) set_ports(text, ports);
  else return 1;
  return write_rule(name, text);
}

static const wchar_t *argument(int count, wchar_t **words, const wchar_t *name) {
  for (int at = 1; at < count; at++)
    if (!wcsncmp(words[at], name, wcslen(name))) return words[at] + wcslen(name);
  return L"";
}

/* netsh gives a rule an id of its own; here it is the name in braces. */
static int netsh(int count, wchar_t **words) {
  static wchar_t id[SIZE], text[SIZE];
  const wchar_t *verb = count > 3 ? words[3] : L"";
  const wchar_t *name = argument(count, words, L"name=");
  if (!wcscmp(verb, L"show") && !wcscmp(words[1], L"interface")) {
    fputs("\nPlage de ports dynamiques pour le protocole tcp\n---\nPort de d\x82part : 50000\nNombre de ports : 1000\n", stdout);
    return 0;
  }
  if (!*name) return 0;
  swprintf(id, SIZE, L"{%ls}", name);
  if (!wcscmp(verb, L"show")) return read_rule(id, text) ? 0 : 1;
  if (!wcscmp(verb, L"delete")) return delete_rule(id);
  swprintf(text, SIZE, L"v2.31|Action=Allow|Active=TRUE|Dir=Out|Protocol=6|RPort=%ls|Name=%ls|",
           argument(count, words, L"remoteport="), name);
  return write_rule(id, text);
}

/* The real reg.exe, with the same words and streams. */
static int reg(void) {
  static wchar_t line[SIZE];
  PROCESS_INFORMATION started;
  STARTUPINFOW startup = {.cb = sizeof startup};
  DWORD code = 1;
  const wchar_t *words = wcsstr(GetCommandLineW(), L"reg.exe");
  if (!words || !(words = wcschr(words, L' '))) return 1;
  swprintf(line, SIZE, L"C:\\windows\\system32\\reg.exe%ls", words);
  if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &started)) return 1;
  WaitForSingleObject(started.hProcess, INFINITE);
  GetExitCodeProcess(started.hProcess, &code);
  return code;
}

static void note(const wchar_t *program, int count, wchar_t **words) {
  FILE *log = told(L"calls", L"a");
  if (!log) return;
  fwprintf(log, L"%ls", program);
  for (int at = 1; at < count; at++) fwprintf(log, L" %ls", words[at]);
  fwprintf(log, L"\n");
  fclose(log);
}

int wmain(int count, wchar_t **words) {
  static wchar_t fail[SIZE];
  GetModuleFileNameW(NULL, own, MAX_PATH);
  const wchar_t *program = wcsrchr(own, L'\\') + 1;
  FILE *failing = told(L"fail", L"r");
  if (failing && !fgetws(fail, SIZE, failing)) *fail = 0;
  note(program, count, words);
  for (int at = 1; at < count; at++)
    if (*fail && wcsstr(words[at], fail)) {
      fputs("Refus\x82.\n", stderr);
      return 1;
    }
  if (!_wcsicmp(program, L"powershell.exe")) return powershell(words[count - 1]);
  if (!_wcsicmp(program, L"reg.exe")) return reg();
  if (!_wcsicmp(program, L"netsh.exe")) return netsh(count, words);
  /* sc.exe, with the labels in French: only the numbers mean something. */
  fputs("\nSERVICE_NAME: MpsSvc\n        TYPE               : 20  WIN32_SHARE_PROCESS\n"
        "        \x90TAT               : 4  RUNNING\n", stdout);
  return 0;
}
