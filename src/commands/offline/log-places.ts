import {stat} from 'node:fs/promises'
import {userInfo} from 'node:os'
import {join} from 'node:path'
import {UserError} from '../../contract/errors.ts'
import {ownCommandText} from '../../contract/own-command.ts'
import {errnoOf} from '../../platform/files/file-error.ts'

const INSTALLER_LOG = 'aws_replication_agent_installer.log'
const AGENT_LOG = 'agent.log.0'

/** Where the logs of this server are. */
export type LogPlaces = {
  /** The newest log of the installer and that of the agent, as far as they are there. */
  readonly files: readonly string[]
  /** Logs of the installer that are older. */
  readonly older: readonly string[]
  /** Directories that this user may not look into. */
  readonly denied: readonly string[]
}

/**
 * Looks for the logs. The agent's place and the installer's name are documented; the installer writes into the
 * directory that it is started in, which people tell of as their home or root's.
 * Source: AWS DRS User Guide, Agent-Related-FAQ ("Where can I find the AWS DRS Replication Agent logs").
 *
 * @throws UserError where there is none
 */
export async function findLogs(directories = directoriesOf(process.platform)): Promise<LogPlaces> {
  const denied: string[] = []
  const ageOf = async (path: string, directory: string): Promise<number | null> => {
    try {
      const found = await stat(path)
      return found.isFile() ? found.mtimeMs : null
    } catch (error) {
      if (['EACCES', 'EPERM'].includes(errnoOf(error) ?? '') && !denied.includes(directory))
        denied.push(directory)
      return null
    }
  }
  const foundOf = async (name: string, places: readonly string[]) => {
    const ages = await Promise.all(
      places.map(async directory => {
        const path = join(directory, name)
        return {path, age: await ageOf(path, directory)}
      }),
    )
    return ages
      .filter(({age}) => age !== null)
      .sort((one, other) => (other.age ?? 0) - (one.age ?? 0))
      .map(({path}) => path)
  }
  const [newest, ...older] = await foundOf(INSTALLER_LOG, directories)
  const [agent] = await foundOf(AGENT_LOG, directories)
  const files = [newest, agent].filter(path => path !== undefined)
  if (files.length === 0) throw notFound(directories, denied)
  return {files, older, denied}
}

function directoriesOf(platform: NodeJS.Platform): readonly string[] {
  const agent =
    platform === 'win32'
      ? ['C:\\Program Files (x86)\\AWS Replication Agent', 'C:\\Program Files\\AWS Replication Agent']
      : ['/root', '/var/lib/aws-replication-agent']
  return [...new Set([process.cwd(), ...home(), ...agent])]
}

/** As passwd(5) has it: a variable is not to decide what is read. */
function home(): readonly string[] {
  try {
    return [userInfo().homedir]
  } catch {
    // A user without an entry, as in some containers.
    return []
  }
}

function notFound(directories: readonly string[], denied: readonly string[]): UserError {
  const places = directories.join(', ')
  const asRoot =
    denied.length === 0 ? '' : ` (${denied.join(', ')} not readable by this user: run it as root)`
  return new UserError(
    `No log of the AWS Replication Installer or Agent is in ${places}${asRoot}: give its path, \`${ownCommandText('diagnose', 'FILE')}\`.`,
  )
}
