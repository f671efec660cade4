import {type ChildProcess, fork} from 'node:child_process'
import dgram from 'node:dgram'
import {once} from 'node:events'
import {connect} from 'node:net'

export type FuzzProbe = {
  readonly to: string
  readonly port: number
  readonly uid: number
  readonly protocol: 'tcp' | 'udp'
}

export type Measured = {
  /** A byte went there and came back. */
  readonly exchanged: boolean
  readonly connected: boolean
}

/** Exchanges one byte. On a veth all of it takes about a millisecond, so silence soon means a drop. */
export function measure(probe: Omit<FuzzProbe, 'uid'>, timeoutMs: number): Promise<Measured> {
  return probe.protocol === 'udp' ? exchangeDatagrams(probe, timeoutMs) : connectTo(probe, timeoutMs)
}

function exchangeDatagrams({to, port}: Omit<FuzzProbe, 'uid'>, timeoutMs: number): Promise<Measured> {
  const {promise, resolve} = Promise.withResolvers<Measured>()
  const socket = dgram.createSocket(to.includes(':') ? 'udp6' : 'udp4')
  const finish = (exchanged: boolean) => {
    clearTimeout(timer)
    socket.removeAllListeners('message').close()
    resolve({exchanged, connected: false})
  }
  const timer = setTimeout(() => finish(false), timeoutMs)
  // A rule that rejects, or drops, tells so; what comes later may yet be an answer.
  socket.on('error', () => undefined).on('message', () => finish(true))
  socket.connect(port, to, (error?: Error | null) => {
    if (!error) socket.send('x', () => undefined)
  })
  return promise
}

function connectTo({to, port}: Omit<FuzzProbe, 'uid'>, timeoutMs: number): Promise<Measured> {
  const {promise, resolve} = Promise.withResolvers<Measured>()
  let connected = false
  const socket = connect({host: to, port})
  const finish = (exchanged: boolean) => {
    clearTimeout(timer)
    // Asked to reset while it connects, a socket goes on connecting until it gives up, two minutes later.
    if (socket.connecting) socket.destroy()
    else socket.resetAndDestroy()
    resolve({exchanged, connected})
  }
  const timer = setTimeout(() => finish(false), timeoutMs)
  socket
    .on('connect', () => {
      connected = true
      socket.write('x')
    })
    .on('data', () => finish(true))
    .on('error', () => finish(false))
    .on('close', () => finish(false))
  return promise
}

type Question = {readonly id: number; readonly probe: FuzzProbe; readonly timeoutMs: number}
type Answer = {readonly id: number; readonly measured: Measured}

/** Measures as another user, for rules on the socket's owner. */
export class ProberProcess {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (measured: Measured) => void>()
  #next = 0

  private constructor(child: ChildProcess) {
    this.#child = child
    child.on('message', message => {
      const {id, measured} = message as Answer
      this.#waiting.get(id)?.(measured)
      this.#waiting.delete(id)
    })
  }

  static async start(uid: number, groups: readonly number[]): Promise<ProberProcess> {
    const child = fork(import.meta.filename, [uid, ...groups].map(String), {execArgv: []})
    await once(child, 'message')
    return new ProberProcess(child)
  }

  measure(probe: FuzzProbe, timeoutMs: number): Promise<Measured> {
    const {promise, resolve} = Promise.withResolvers<Measured>()
    const question: Question = {id: this.#next++, probe, timeoutMs}
    this.#waiting.set(question.id, resolve)
    this.#child.send(question)
    return promise
  }

  stop(): void {
    this.#child.disconnect()
  }
}

if (process.argv[1] === import.meta.filename && process.send) {
  const [uid = 0, group = 0, ...others] = process.argv.slice(2).map(Number)
  process.setgroups?.(others)
  process.setgid?.(group)
  process.setuid?.(uid)
  process.on('message', async message => {
    const {id, probe, timeoutMs} = message as Question
    process.send?.({id, measured: await measure(probe, timeoutMs)} satisfies Answer)
  })
  // It shares the standard output: a reader of that to its end waits for this process, too.
  process.on('disconnect', () => process.exit())
  process.send({started: true})
}
