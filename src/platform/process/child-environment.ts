import {searchPath} from './search-path.ts'

/**
 * What programs of Windows need to start at all, and to find the system's own files and this user's. Left out on purpose:
 * `PSModulePath`, from which PowerShell loads modules (it falls back to the registry's), and the variables that load
 * profilers into .NET programs.
 */
const OF_WINDOWS = new Set(
  [
    ...['SystemRoot', 'SystemDrive', 'windir', 'ComSpec', 'PATHEXT', 'OS', 'TEMP', 'TMP'],
    ...['ProgramData', 'ALLUSERSPROFILE', 'PUBLIC', 'ProgramFiles', 'ProgramFiles(x86)', 'ProgramW6432'],
    ...['CommonProgramFiles', 'CommonProgramFiles(x86)', 'CommonProgramW6432'],
    ...['USERPROFILE', 'HOMEDRIVE', 'HOMEPATH', 'APPDATA', 'LOCALAPPDATA', 'USERNAME', 'USERDOMAIN'],
    ...['COMPUTERNAME', 'LOGONSERVER', 'SESSIONNAME', 'NUMBER_OF_PROCESSORS'],
    ...['PROCESSOR_ARCHITECTURE', 'PROCESSOR_ARCHITEW6432', 'PROCESSOR_IDENTIFIER', 'PROCESSOR_LEVEL'],
    ...['PROCESSOR_REVISION', 'NoDefaultCurrentDirectoryInExePath'],
  ].map(name => name.toUpperCase()),
)

/**
 * The environment for programs that this one runs: made from nothing, so that no variable of the caller's changes what
 * they do (`LD_PRELOAD`, `PYTHONPATH`, `XTABLES_LIBDIR`, `DBUS_SYSTEM_BUS_ADDRESS`, a `HOME` of somebody else's). They speak
 * the C locale and find their like where `searchPath` says; without HOME, programs ask passwd(5).
 */
export function childEnvironment(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  if (platform !== 'win32') return {LC_ALL: 'C', PATH: searchPath(environment.PATH, platform).path}
  const names = Object.keys(environment)
  const kept = names.flatMap(name => {
    const value = environment[name]
    return OF_WINDOWS.has(name.toUpperCase()) && value !== undefined ? [[name, value] as const] : []
  })
  const path = names.find(name => name.toUpperCase() === 'PATH')
  return {
    ...Object.fromEntries(kept),
    PATH: searchPath(path === undefined ? '' : environment[path], platform).path,
  }
}
