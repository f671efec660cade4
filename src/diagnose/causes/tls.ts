import {type Row, row} from '../cause.ts'
import {CLOCK_ERRORS, COMMON_ERRORS, PYTHON, WINDOWS_ERRORS} from '../pages.ts'

const CLOCK_FIRST =
  'Compare the clock of this server with the time first; then run the check, which names the issuer.'

const TLS_EITHER =
  'The cause may be TLS inspection, missing Amazon root certificates or a wrong clock: run the check, which verifies the certificate and the clock.'

/** What the installer prints of certificates and of time. */
export const TLS_ROWS: readonly Row[] = [
  row('intercepted', /CERTIFICATE_VERIFY_FAILED[^\n]{0,80}self[- ]signed certificate/, {
    code: 'tls.intercepted',
    owner: 'network-team',
    ownerKnown: false,
    summary: 'The certificate comes with a root that this server does not know, as with TLS inspection.',
    nextStep:
      'Run the check: it names the issuer. Have the hosts of the allow-list excluded from TLS inspection.',
    settledBy: 'https',
    page: PYTHON,
  }),
  row('certificate-expired', /CERTIFICATE_VERIFY_FAILED[^\n]{0,80}certificate has expired/, {
    code: 'tls.expired',
    ownerKnown: false,
    summary: 'The certificate has expired, or the clock of this server is ahead.',
    nextStep: CLOCK_FIRST,
    settledBy: 'https',
    page: PYTHON,
  }),
  row('certificate-early', /CERTIFICATE_VERIFY_FAILED[^\n]{0,80}certificate is not yet valid/, {
    code: 'tls.not-yet-valid',
    ownerKnown: false,
    summary: 'The certificate is not valid yet, or the clock of this server is behind.',
    nextStep: CLOCK_FIRST,
    settledBy: 'https',
    page: PYTHON,
  }),
  row(
    'certificate-untrusted',
    /CERTIFICATE_VERIFY_FAILED(?![^\n]{0,80}(?:self[- ]signed certificate|certificate has expired|certificate is not yet valid))/,
    {
      code: 'tls.untrusted',
      ownerKnown: false,
      summary: 'The installer did not trust the certificate.',
      nextStep: TLS_EITHER,
      settledBy: 'https',
      page: WINDOWS_ERRORS,
    },
  ),
  row('clock', /Signature expired: \d{8}T|Signature not yet current: \d{8}T|RequestTimeTooSkewed/, {
    code: 'clock.skew',
    summary: 'AWS refused a request because of its time: the clock of this server is wrong.',
    nextStep:
      'Set the clock of this server, for example with chrony or w32time, and run the installer again.',
    settledBy: 'drs',
    page: CLOCK_ERRORS,
  }),
  row(
    'secure-connection',
    /Failed to establish a secure connection while downloading/,
    {
      code: 'tls.intercepted',
      owner: 'network-team',
      ownerKnown: false,
      summary: 'The TLS handshake with S3 failed while the installer downloaded its files.',
      nextStep: TLS_EITHER,
      settledBy: 's3',
      page: COMMON_ERRORS,
    },
    {yields: true},
  ),
]
