import {writeFile} from 'node:fs/promises'
import type {IptablesBackend} from '../lib/firewall.ts'
import type {Argv} from '../lib/host.ts'
import type {Lab} from '../lib/lab.ts'

/** What drs-onboard tells netfilter-persistent by: some target wants the unit. */
const ENABLE = `mkdir -p /etc/iptables /etc/systemd/system/multi-user.target.wants
ln -sf /lib/systemd/system/netfilter-persistent.service /etc/systemd/system/multi-user.target.wants/`

/** A source server whose rules netfilter-persistent loads from /etc/iptables at boot. */
export class KeptServer {
  readonly #lab: Lab
  readonly #backend: IptablesBackend

  private constructor(lab: Lab, backend: IptablesBackend) {
    this.#lab = lab
    this.#backend = backend
  }

  static async prepare(lab: Lab, backend: IptablesBackend): Promise<KeptServer> {
    await lab.source.firewall.use(backend)
    const server = new KeptServer(lab, backend)
    await server.shell(ENABLE)
    return server
  }

  shell(script: string): Promise<string> {
    return this.#lab.source.must(['bash', '-ec', script])
  }

  /** Writes a rule file, byte for byte. */
  async write(path: string, text: string): Promise<void> {
    const aside = `${this.#lab.directory}/written`
    await writeFile(aside, text)
    await this.shell(`cat ${aside} > ${path}`)
  }

  read(path: string): Promise<string> {
    return this.#lab.source.must(['cat', path])
  }

  /** Owner, group, mode and type of a file. */
  metadata(path: string): Promise<string> {
    return this.#lab.source.must(['stat', '--format', '%u:%g %a %F', path])
  }

  /** Gives a file an access control list and attributes, those of SELinux and of root included where this is root. */
  giveAttributes(path: string): Promise<string> {
    return this.shell(`setfattr -n user.origin -v "config management" ${path}; setfacl -m u:65534:r ${path}
      if [[ $(cat /proc/self/uid_map) =~ ^\\ *0\\ +0\\  ]]; then
        setfattr -n security.selinux -v system_u:object_r:etc_t:s0 ${path}; setfattr -n trusted.seal -v 1 ${path}
      fi`)
  }

  /** Every attribute of a file, its access control list among them. */
  attributes(path: string): Promise<string> {
    return this.#lab.source.must(['getfattr', '--absolute-names', '-d', '-m', '-', '-e', 'hex', path])
  }

  /** Loads a rule file as the service does at boot. */
  boot(path: string): Promise<string> {
    return this.#lab.source.must([restoreFor(path, this.#backend), path])
  }

  /** What a host that has nothing but the file loads, as `iptables-save` prints it. */
  async loadedAlone(path: string): Promise<string> {
    const restore = restoreFor(path, this.#backend)
    const script = `${restore} "$0" && ${restore.replace('-restore', '-save')}`
    return this.#lab.source.must(['unshare', '--net', 'bash', '-ec', script, path])
  }
}

function restoreFor(path: string, backend: IptablesBackend): Argv[0] {
  return `${path.endsWith('6') ? 'ip6tables' : 'iptables'}-${backend}-restore`
}
