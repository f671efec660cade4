import {describe, expect, test} from 'vitest'
import {hasHyperlinks, withLinks} from '../../../src/report/text/terminal.ts'

const XTERM = {TERM: 'xterm-256color'}

describe('hasHyperlinks', () => {
  test.each<[string, Readonly<Record<string, string>>, boolean]>([
    ['a terminal that says nothing', XTERM, false],
    ['Windows Terminal', {WT_SESSION: '1'}, true],
    ['GNOME Terminal', {...XTERM, VTE_VERSION: '7600'}, true],
    ['VTE 0.50.0, which crashes', {...XTERM, VTE_VERSION: '5000'}, false],
    ['VTE before', {...XTERM, VTE_VERSION: '4800'}, false],
    ['Konsole', {...XTERM, KONSOLE_VERSION: '220401'}, true],
    ['Konsole before', {...XTERM, KONSOLE_VERSION: '190800'}, false],
    ['kitty', {TERM: 'xterm-kitty'}, true],
    ['foot', {TERM: 'foot-extra'}, true],
    ['iTerm', {...XTERM, TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.5.0'}, true],
    ['iTerm before', {...XTERM, TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.0.15'}, false],
    ['VS Code', {...XTERM, TERM_PROGRAM: 'vscode', TERM_PROGRAM_VERSION: '1.100.2'}, true],
    ['VS Code before', {...XTERM, TERM_PROGRAM: 'vscode', TERM_PROGRAM_VERSION: '1.71.2'}, false],
    ['WezTerm', {...XTERM, TERM_PROGRAM: 'WezTerm', TERM_PROGRAM_VERSION: '20230712-072601-f4abf8fd'}, true],
    ['Apple Terminal', {...XTERM, TERM_PROGRAM: 'Apple_Terminal', TERM_PROGRAM_VERSION: '455'}, false],
    ['tmux', {TERM: 'tmux-256color', TMUX: '/x', TERM_PROGRAM: 'tmux', TERM_PROGRAM_VERSION: '3.4'}, true],
    ['tmux, a later one', {TMUX: '/x', TERM_PROGRAM: 'tmux', TERM_PROGRAM_VERSION: '3.10a'}, true],
    [
      'tmux before, inside of kitty',
      {TMUX: '/x', KITTY_WINDOW_ID: '1', TERM_PROGRAM: 'tmux', TERM_PROGRAM_VERSION: '3.3a'},
      false,
    ],
    ['tmux of no version, inside of GNOME Terminal', {TMUX: '/x', VTE_VERSION: '7600'}, false],
    ['GNU screen inside of kitty', {STY: '1.x', KITTY_WINDOW_ID: '1'}, false],
    ['a dumb terminal', {TERM: 'dumb', VTE_VERSION: '7600'}, false],
    ['the Linux console', {TERM: 'linux', VTE_VERSION: '7600'}, false],
    ['CI', {WT_SESSION: '1', CI: 'true'}, false],
    ['NO_COLOR, which is about colors', {WT_SESSION: '1', NO_COLOR: '1'}, true],
    ['FORCE_HYPERLINK=1', {...XTERM, FORCE_HYPERLINK: '1'}, true],
    ['FORCE_HYPERLINK=1 in CI', {...XTERM, FORCE_HYPERLINK: '1', CI: 'true'}, true],
    ['FORCE_HYPERLINK=0', {WT_SESSION: '1', FORCE_HYPERLINK: '0'}, false],
    ['FORCE_HYPERLINK=false', {WT_SESSION: '1', FORCE_HYPERLINK: 'false'}, false],
  ])('%s', (_, environment, has) => {
    expect(hasHyperlinks(true, environment)).toBe(has)
    expect(hasHyperlinks(false, environment)).toBe(false)
  })
})

test.each([
  ['Look it up in https://docs.aws.amazon.com/drs/a_b.html#c.', 'https://docs.aws.amazon.com/drs/a_b.html#c'],
  ['(https://ip-ranges.amazonaws.com/ip-ranges.json).', 'https://ip-ranges.amazonaws.com/ip-ranges.json'],
  ['https://x.example/?a=1&b=2, and more', 'https://x.example/?a=1&b=2'],
  ['\u001B[1mhttps://x.example/\u001B[22m', 'https://x.example/'],
  ['no scheme: x.example', null],
  ['http://<USER>:<PASSWORD>@proxy.example:3128/', null],
])('%s', (text, url) => {
  const links = withLinks(text)
  if (url === null) expect(links).toBe(text)
  else expect(links).toBe(text.replace(url, `\u001B]8;;${url}\u001B\\${url}\u001B]8;;\u001B\\`))
})
