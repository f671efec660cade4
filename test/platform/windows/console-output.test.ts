import {describe, expect, it} from 'vitest'
import {type CommandResult, describeResult, type RunCommand} from '../../../src/platform/process/command.ts'
import {powerShellMessage, withoutClixml} from '../../../src/platform/windows/clixml.ts'
import {decodedOutput} from '../../../src/platform/windows/console-output.ts'

const OPEN = '#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
const PROGRESS =
  '<Obj S="progress" RefId="0"><TN RefId="0"><T>System.Object</T></TN><MS><I64 N="SourceId">1</I64><PR N="Record"><AV>Preparing modules for first use.</AV></PR></MS></Obj>'
const error = (text: string) => `<S S="Error">${text}_x000D__x000A_</S>`

/** As PowerShell breaks a message at 80 columns. */
const MESSAGE = [
  'Enable-NetFirewallRule : No MSFT_NetFirewallRule objects found with property',
  "'InstanceID' equal to 'x'.  Verify the value of the property and retry.",
  'At line:1 char:46',
  "+ ... ce='SilentlyContinue'; Enable-NetFirewallRule -Name 'x' -ErrorAction Stop",
  '+                            ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~',
  '    + CategoryInfo          : ObjectNotFound: (x:String) [Enable-NetFirewallRule], CimJobException',
]
const ONE_SENTENCE =
  "Enable-NetFirewallRule : No MSFT_NetFirewallRule objects found with property 'InstanceID' equal to 'x'.  Verify the value of the property and retry."

const exited = (stderr: string): CommandResult => ({kind: 'exited', code: 1, stdout: '', stderr})

describe('what PowerShell writes to an error stream', () => {
  it.each([
    ['progress alone', `${OPEN}${PROGRESS}</Objs>`, ''],
    ['progress that is cut off', `${OPEN}${PROGRESS.slice(0, 90)}`, ''],
    ['the header alone', '#< CLIXML\r\n', ''],
    ['an error', `${OPEN}${error('a &lt;b&gt; &amp; &quot;c&quot;')}</Objs>`, 'a <b> & "c"\r\n'],
    [
      'an error between progress',
      `${OPEN}${PROGRESS}${error('one')}${PROGRESS}${error('two')}</Objs>`,
      'one\r\ntwo\r\n',
    ],
    ['a warning', `${OPEN}<S S="Warning">careful_x000D__x000A_</S></Objs>`, ''],
    ['an error, cut off behind it', `${OPEN}${error('one')}<S S="Err`, 'one\r\n'],
    ['text around it', `before\r\n${OPEN}${PROGRESS}</Objs>\r\nafter`, 'before\r\nafter'],
    ['text alone', 'plain <S S="Error">', 'plain <S S="Error">'],
    ['escapes', `${OPEN}${error('_x00DC_ber_x005F_')}</Objs>`, 'Über_\r\n'],
  ])('%s', (_, stderr, text) => {
    expect(withoutClixml(stderr)).toBe(text)
  })

  it('is told as one sentence, whatever the width of the console', () => {
    expect(powerShellMessage(MESSAGE.join('\r\n'))).toBe(ONE_SENTENCE)
    expect(powerShellMessage('short')).toBe('short')
    expect(powerShellMessage('one\r\nAt line:1 char:1\r\n+ x')).toBe('one')
    expect(powerShellMessage('one\r\n+ x')).toBe('one')
  })

  it.each([
    ['as text', MESSAGE.join('\r\n')],
    ['as XML', `${OPEN}${PROGRESS}${MESSAGE.map(error).join('').replaceAll("'", '&apos;')}</Objs>`],
  ])('is in a failure, %s', (_, stderr) => {
    expect(describeResult(['powershell.exe'], exited(stderr))).toBe(
      `\`powershell.exe\` failed with exit code 1: ${ONE_SENTENCE}`,
    )
  })

  it('is not in a failure where it is progress', () => {
    expect(describeResult(['powershell.exe'], exited(`${OPEN}${PROGRESS}</Objs>`))).toBe(
      '`powershell.exe` failed with exit code 1',
    )
  })
})

describe('decodedOutput', () => {
  const asked: string[] = []
  const run: RunCommand = async command => {
    asked.push(command.join(' '))
    const stdout = '\r\nHKEY_LOCAL_MACHINE\\SYSTEM\\x\r\n    OEMCP    REG_SZ    850\r\n'
    return {kind: 'exited', code: 0, stdout, stderr: ''}
  }

  it('reads both streams in the code page of the console, and asks for that once', async () => {
    const plain = {kind: 'exited', code: 0, stdout: 'ok', stderr: ''} as const
    expect(await decodedOutput(plain, run)).toEqual(plain)
    expect(asked).toEqual([])
    const bytes = {kind: 'exited', code: 1, stdout: '\x9aber', stderr: 'Refus\x82.'} as const
    expect(await decodedOutput(bytes, run)).toEqual({...bytes, stdout: 'Über', stderr: 'Refusé.'})
    const utf8 = {kind: 'killed', signal: 'SIGTERM', stderr: Buffer.from('規則').toString('latin1')} as const
    expect(await decodedOutput(utf8, run)).toEqual({...utf8, stderr: '規則'})
    expect(asked).toHaveLength(1)
    const late = {kind: 'timed-out', afterMs: 1} as const
    expect(await decodedOutput(late, run)).toEqual(late)
  })
})
