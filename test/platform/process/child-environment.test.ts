import {expect, test} from 'vitest'
import {childEnvironment} from '../../../src/platform/process/child-environment.ts'

const HOSTILE = {
  LD_PRELOAD: '/tmp/x.so',
  PYTHONPATH: '/tmp',
  XTABLES_LIBDIR: '/tmp',
  HOME: '/home/ann',
  LC_ALL: 'de_DE.UTF-8',
  AWS_SECRET_ACCESS_KEY: 'hunter2',
}

test('on Linux a program gets the locale and the path, and nothing else', () => {
  expect(childEnvironment({...HOSTILE, PATH: '.:/usr/bin:/bin:/usr/sbin:/sbin'}, 'linux')).toEqual({
    LC_ALL: 'C',
    PATH: '/usr/bin:/bin:/usr/sbin:/sbin',
  })
})

test('on Windows it gets what describes the system, however that is spelled, but no way to load code', () => {
  const system = {
    SystemRoot: 'C:\\Windows',
    TEMP: 'C:\\Temp',
    'ProgramFiles(x86)': 'C:\\x86',
    UserName: 'ann',
  }
  const loads = {PSModulePath: 'C:\\Temp', COR_PROFILER_PATH: 'C:\\x.dll', DOTNET_STARTUP_HOOKS: 'C:\\x.dll'}
  expect(childEnvironment({...HOSTILE, ...system, ...loads, Path: '.;C:\\Windows'}, 'win32')).toEqual({
    ...system,
    PATH: 'C:\\Windows',
  })
})
