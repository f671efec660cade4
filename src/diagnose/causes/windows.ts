import {type Row, row} from '../cause.ts'
import {WINDOWS_ERRORS} from '../pages.ts'

/** What the installer, or Windows, prints there. Texts of Windows are localized, its error numbers are not. */
export const WINDOWS_ROWS: readonly Row[] = [
  row('tls12', /The underlying connection was closed: An unexpected error occurred on a send/, {
    code: 'agent.windows.tls12',
    summary: 'Windows or PowerShell did not use TLS 1.2, which AWS requires.',
    nextStep:
      'Turn on TLS 1.2 (SecurityProtocol in PowerShell; Schannel and SchUseStrongCrypto in the registry).',
    settledBy: 'https',
    page: WINDOWS_ERRORS,
  }),
  row('bitlocker', /BitLocker is not supported/i, {
    code: 'agent.windows.bitlocker',
    summary: 'A volume is encrypted with BitLocker, which the agent does not support.',
    nextStep: 'Decrypt the volume; suspending BitLocker is not enough.',
    page: WINDOWS_ERRORS,
  }),
  row('truncated', /Cannot open self [^\n]{0,300}or archive/, {
    code: 'installer.truncated',
    ownerKnown: false,
    summary: 'The installer file is incomplete or damaged; endpoint protection may have changed it.',
    nextStep: 'Download it again and compare its SHA-512; the check does both.',
    settledBy: 's3',
    page: WINDOWS_ERRORS,
  }),
  row('not-empty', /\[WinError 145\]/, {
    code: 'install.temp-directory',
    summary:
      'A temporary directory of the installer could not be removed: endpoint protection or a policy uses it.',
    nextStep:
      'Run the installer as Administrator, and have its temporary directory excluded from endpoint protection.',
    page: WINDOWS_ERRORS,
  }),
  row('cannot-run', /This app can't run on your PC/i, {
    code: 'install.cannot-run',
    summary:
      'Windows did not start the installer: it is a 32-bit system, or AppLocker or SmartScreen blocks it.',
    nextStep: 'Use a 64-bit system of the list, and ask who manages AppLocker and SmartScreen.',
    settledBy: 'system',
    page: WINDOWS_ERRORS,
  }),
]
