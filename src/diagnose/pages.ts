/** Where a message and what it means come from. */
export type Page = {
  readonly title: string
  /** Null for what has no public address of its own. */
  readonly url: string | null
  /** When it was read, as year and month. */
  readonly readOn: string
}

const USER_GUIDE = 'https://docs.aws.amazon.com/drs/latest/userguide'

const guide = (title: string, name: string): Page => ({
  title: `AWS DRS User Guide, ${title}`,
  url: `${USER_GUIDE}/${name}.html`,
  readOn: '2026-11',
})

export const LINUX_ERRORS = guide('Linux agent installation errors', 'agent-install-linux-errors')
export const WINDOWS_ERRORS = guide('Windows agent installation errors', 'agent-install-windows-errors')
export const COMMON_ERRORS = guide('Common agent installation errors', 'agent-install-common-errors')
export const AGENT_ERRORS = guide('Replication errors: agent log messages', 'agent-runtime-errors')
export const CONSOLE_ERRORS = guide('Common replication errors', 'common-replication-errors')

/** Its messages for DRS are inferred from this one, which is the installer of AWS Application Migration Service. */
export const FIRST_STAGE: Page = {
  title: 'AWS Replication Installer 1.0.0, first stage',
  url: null,
  readOn: '2026-11',
}

export const MGN_ERRORS: Page = {
  title: 'AWS MGN User Guide, Troubleshooting agent issues',
  url: 'https://docs.aws.amazon.com/mgn/latest/ug/Troubleshooting-Agent-Issues.html',
  readOn: '2026-11',
}

/** A list of errors and what they came from, of a public Terraform lab. */
export const LAB: Page = {title: 'Troubleshooting list of a public AWS DRS lab', url: null, readOn: '2026-11'}

export const CLOCK_ERRORS: Page = {
  title: 'botocore issue 149, "Signature expired"',
  url: 'https://github.com/boto/botocore/issues/149',
  readOn: '2026-11',
}

/** The AWS SDK of the installer: errors of its connections. */
export const BOTOCORE: Page = {
  title: 'botocore, exceptions.py',
  url: 'https://github.com/boto/botocore/blob/develop/botocore/exceptions.py',
  readOn: '2026-11',
}

/** What Python's ssl, socket and http.client modules print, in which the installer is written. */
export const PYTHON: Page = {
  title: 'Python documentation, ssl, socket and http.client',
  url: 'https://docs.python.org/3/library/ssl.html',
  readOn: '2026-11',
}
