/**
 * What Node.js and OpenSSL read before the first line of this program runs. Those that matter could change what is found
 * or what is printed: another TLS version, code that is loaded first, headers with credentials on stderr. The rest only
 * adds warnings to stderr, and is without effect otherwise.
 * Sources: https://nodejs.org/api/cli.html#environment-variables_1, openssl-env(7).
 */
const READ_AT_START: Readonly<Record<string, 'matters' | 'warns'>> = {
  NODE_OPTIONS: 'matters',
  NODE_DEBUG: 'matters',
  NODE_DEBUG_NATIVE: 'matters',
  NODE_REDIRECT_WARNINGS: 'matters',
  NODE_COMPILE_CACHE: 'matters',
  NODE_V8_COVERAGE: 'matters',
  NODE_ICU_DATA: 'matters',
  OPENSSL_CONF: 'matters',
  OPENSSL_MODULES: 'matters',
  OPENSSL_ENGINES: 'matters',
  NODE_USE_SYSTEM_CA: 'warns',
  NODE_USE_ENV_PROXY: 'warns',
  NODE_PENDING_DEPRECATION: 'warns',
}

/**
 * What Node.js, OpenSSL, c-ares and the C library read when they first need it: to leave these out in time is enough. Also
 * NODE_EXTRA_CA_CERTS, which is set on many hosts, and whose roots count only where none are stated.
 * The resolver's would have names looked up in another way than the agent, a service, looks them up.
 * Sources: the above, SSL_CTX_set_default_verify_paths(3), resolv.conf(5), gethostbyname(3), ares_init_options(3).
 */
const READ_LATER = [
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'NODE_EXTRA_CA_CERTS',
  'NODE_PATH',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'SSLKEYLOGFILE',
  'RES_OPTIONS',
  'LOCALDOMAIN',
  'HOSTALIASES',
  'CARES_HOSTS',
]

/** Names of the variables that were set and left out, divided by commas: for findings that they might have changed. */
const LEFT_OUT = 'DRS_ONBOARD_LEFT_OUT'

/** A name that is looked up takes a thread of libuv's for as long as that lasts, and there are four unless this says more. */
const THREADS = '16'
/** libuv aborts where it cannot start its threads: of fewer processes than that, which threads count as, it gets four. */
const PLENTY_OF_PROCESSES = 64

export type Start =
  /** Run on; `unset` are to be deleted, `leftOut` to be reported. */
  | {readonly kind: 'run'; readonly unset: readonly string[]}
  /** Begin once more, without these: Node.js has read some of them already. */
  | {readonly kind: 'again'; readonly unset: readonly string[]}
  /** Node.js has read these already, and cannot begin once more. */
  | {readonly kind: 'refuse'; readonly because: readonly string[]}

/** How a run starts in an environment; variables that are empty count as not set. */
export function planStart(environment: NodeJS.ProcessEnv, canStartAgain: boolean): Start {
  const isSet = (name: string) => Boolean(environment[name])
  const atStart = Object.keys(READ_AT_START).filter(isSet)
  const unset = [...atStart, ...READ_LATER.filter(isSet)]
  if (atStart.length === 0) return {kind: 'run', unset}
  if (canStartAgain) return {kind: 'again', unset}
  const because = atStart.filter(name => READ_AT_START[name] === 'matters')
  return because.length > 0 ? {kind: 'refuse', because} : {kind: 'run', unset}
}

/** The variables that this run was started with and that count for nothing in it. */
export function leftOutVariables(environment: NodeJS.ProcessEnv): readonly string[] {
  const known = new Set([...Object.keys(READ_AT_START), ...READ_LATER])
  return (environment[LEFT_OUT] ?? '').split(',').filter(name => known.has(name))
}

/**
 * Sees to it that nothing in the environment changes what this program finds or does. Where Node.js has read a variable
 * already, this process is replaced by one without it (execve(2): same process, terminal and signals); on Windows, which
 * has no such call, another is started and waited for.
 *
 * @returns whether to run on; else it was said why not on stderr, or the other process has done the work, and
 *   `process.exitCode` is set.
 */
export async function startClean(environment: NodeJS.ProcessEnv): Promise<boolean> {
  const isWindows = process.platform === 'win32'
  const start = planStart(environment, isWindows || typeof process.execve === 'function')
  if (start.kind === 'refuse') return refuse(start.because)
  const clean = {...environment}
  for (const name of start.unset) delete clean[name]
  if (start.unset.length > 0) clean[LEFT_OUT] = start.unset.join(',')
  if (start.kind === 'again') {
    const {selfCommand} = await import('./self-command.ts')
    const [program, ...script] = selfCommand()
    // An executable of its own brings its options for Node.js along.
    const options = script.length === 0 ? [] : process.execArgv
    const args = [...options, ...script, ...process.argv.slice(2)]
    if (isWindows) {
      process.exitCode = await runAndWait(program, args, clean)
      return false
    }
    try {
      process.execve?.(program, [program, ...args], clean)
    } catch {
      // Node.js's own permission model forbids it, which NODE_OPTIONS can turn on.
      return refuse(start.unset)
    }
  }
  for (const name of start.unset) delete environment[name]
  if (start.unset.length > 0) environment[LEFT_OUT] = start.unset.join(',')
  environment.UV_THREADPOOL_SIZE = mayStartFew() ? '4' : THREADS
  // Every time that is printed is UTC. Node.js would read the time zone's file, and wait for it if it is a pipe.
  environment.TZ = 'UTC'
  // Else Windows would take a program in the current directory, which may be one for downloads, for its own.
  if (isWindows) environment.NoDefaultCurrentDirectoryInExePath = '1'
  return true
}

/** RLIMIT_NPROC does not count for root (setrlimit(2)). */
function mayStartFew(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() === 0) return false
  try {
    const limits = process.getBuiltinModule('node:fs').readFileSync('/proc/self/limits', 'utf8')
    return Number(/^Max processes\s+(\d+)/m.exec(limits)?.[1] ?? PLENTY_OF_PROCESSES) < PLENTY_OF_PROCESSES
  } catch {
    return false
  }
}

function refuse(names: readonly string[]): false {
  const [verb, them] = names.length === 1 ? ['is', 'it'] : ['are', 'them']
  process.stderr.write(
    `drs-onboard: ${names.join(', ')} ${verb} set, which can change the results, and Node.js ` +
      `${process.versions.node} cannot ignore ${them} now; unset ${them} and run the command again.\n`,
  )
  process.exitCode = 2
  return false
}

/** Ctrl-C and the like reach every program of a console; the other one answers. */
function runAndWait(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const {spawn} = process.getBuiltinModule('node:child_process')
  for (const name of ['SIGINT', 'SIGBREAK', 'SIGHUP'] as const) process.on(name, () => {})
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {env, stdio: 'inherit'})
    child.once('error', reject)
    child.once('exit', code => resolve(code ?? 1))
  })
}
