// Connects to each address, sends a byte and waits for it to come back.
// usage: ask.ts '{"uid", "groups"}' '[{"to", "port", "patienceMs"}, …]'    prints whether one came back, in order, as JSON
import {connect} from 'node:net'

/** Silence for `patienceMs` counts as blocked: between namespaces an exchange takes a few milliseconds. */
export type Question = {readonly to: string; readonly port: number; readonly patienceMs: number}
/** Who asks; its own group first. */
export type User = {readonly uid: number; readonly groups: readonly number[]}
export type Answered = readonly boolean[]

if (process.argv[1] === import.meta.filename) {
  const [{uid, groups}, questions] = process.argv.slice(2).map(argument => JSON.parse(argument)) as [
    User,
    Question[],
  ]
  const [own = 0, ...others] = groups
  if (uid !== 0 || own !== 0 || others.length > 0) {
    process.setgroups?.(others)
    process.setgid?.(own)
    process.setuid?.(uid)
  }
  process.stdout.write(JSON.stringify(await Promise.all(questions.map(exchange))))
}

function exchange({to, port, patienceMs}: Question): Promise<boolean> {
  const {promise, resolve} = Promise.withResolvers<boolean>()
  const socket = connect({host: to, port}, () => socket.write('x'))
  const finish = (answered: boolean) => {
    clearTimeout(giveUp)
    socket.destroy()
    resolve(answered)
  }
  const giveUp = setTimeout(() => finish(false), patienceMs)
  socket
    .on('data', () => finish(true))
    .on('error', () => finish(false))
    .on('close', () => finish(false))
  return promise
}
