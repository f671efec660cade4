import {basename, dirname, join} from 'node:path'
import type {Argv} from './host.ts'
import {DRS_ONBOARD, NODE, PROJECT} from './paths.ts'

const FOLDER = '/run/program'

const [program] = DRS_ONBOARD
const isExecutable = DRS_ONBOARD.length === 1

/** Copies drs-onboard to where every user of a host may start it: a checkout may lie where only root may look. */
export const INSTALL = isExecutable
  ? `cp -r ${dirname(program)} ${FOLDER}`
  : `mkdir ${FOLDER}; cp -r ${PROJECT}/dist ${PROJECT}/package.json ${FOLDER}; cp ${NODE} ${FOLDER}/node`

/** Starts it there. */
export const INSTALLED: Argv = isExecutable
  ? [join(FOLDER, basename(program))]
  : [join(FOLDER, 'node'), join(FOLDER, 'dist/cli.js')]
