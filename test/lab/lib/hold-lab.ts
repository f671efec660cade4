// Starts a lab, says where it is, and keeps it: for the test that kills the owner of a lab.
// usage: hold-lab.ts root|user
import {startLab} from './lab.ts'

const lab = await startLab({privileges: process.argv[2] === 'root' ? 'root' : 'user'})
process.stdout.write(`${JSON.stringify({holders: lab.holders(), directory: lab.directory})}\n`)
setInterval(() => undefined, 60_000)
