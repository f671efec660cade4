import {describe, expect, test} from 'vitest'
import {terminalKind} from '../../../src/report/text/terminal.ts'

describe('what a terminal shows', () => {
  test.each([
    ['linux', {TERM: 'xterm-256color', LANG: 'C.UTF-8'}, true, true],
    ['linux', {TERM: 'xterm-256color', LANG: 'de_DE.utf8'}, true, true],
    ['linux', {TERM: 'xterm-256color'}, true, true],
    ['linux', {TERM: 'xterm-256color', LANG: 'C'}, false, true],
    ['linux', {TERM: 'screen', LANG: 'POSIX'}, false, true],
    ['linux', {TERM: 'xterm', LC_ALL: 'de_DE.ISO-8859-1', LANG: 'C.UTF-8'}, false, true],
    ['linux', {TERM: 'xterm', LC_CTYPE: 'C.UTF-8', LANG: 'C'}, true, true],
    ['linux', {TERM: 'xterm', LC_ALL: '', LANG: 'C.UTF-8'}, true, true],
    ['linux', {TERM: 'linux', LANG: 'C.UTF-8'}, false, true],
    ['linux', {TERM: 'vt220', LANG: 'C.UTF-8'}, true, true],
    ['linux', {TERM: 'dumb', LANG: 'C.UTF-8'}, false, false],
    ['linux', {TERM: 'unknown', LANG: 'C.UTF-8'}, false, false],
    ['linux', {TERM: '', LANG: 'C.UTF-8'}, false, false],
    ['linux', {LANG: 'C.UTF-8'}, false, false],
    ['darwin', {TERM: 'xterm-256color', LANG: 'en_US.UTF-8'}, true, true],
    ['win32', {}, false, true],
    ['win32', {LANG: 'C.UTF-8'}, false, true],
    ['win32', {WT_SESSION: '5a3c'}, true, true],
    ['win32', {WT_SESSION: ''}, false, true],
    ['win32', {TERM_PROGRAM: 'vscode'}, true, true],
    ['win32', {ConEmuTask: '{cmd::Cmder}'}, true, true],
    ['win32', {TERMINAL_EMULATOR: 'JetBrains-JediTerm'}, true, true],
    ['win32', {TERM: 'xterm-256color'}, true, true],
    ['win32', {TERM: 'dumb', WT_SESSION: '5a3c'}, false, false],
  ] as const)('%s %j: Unicode %s, a cursor that moves %s', (platform, environment, unicode, movesCursor) => {
    expect(terminalKind(platform, environment)).toEqual({unicode, movesCursor})
  })
})
