// Prints the firewall state of the machine it runs on as JSON.
import {readFirewallState} from '../../../src/platform/linux/firewall/index.ts'

process.stdout.write(JSON.stringify(await readFirewallState(), null, 1))
