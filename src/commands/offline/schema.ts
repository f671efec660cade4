// Not `await import('zod')`: a bundler keeps the whole of a namespace that is imported so, for every command.
import * as z from 'zod'
import {UserError} from '../../contract/errors.ts'
import {EXIT} from '../../contract/exit-codes.ts'
import type {CommandResult} from './format.ts'

export const SCHEMAS = ['report', 'firewall-state'] as const

export type SchemaName = (typeof SCHEMAS)[number]

const TITLES: Record<SchemaName, string> = {
  report: 'drs-onboard report',
  'firewall-state': 'drs-onboard firewall state',
}

/**
 * The published JSON Schema (draft 2020-12) of the report, or of a captured firewall state. Throws `UserError` for
 * another name.
 */
export async function schemaCommand(name: string): Promise<CommandResult> {
  const which = SCHEMAS.find(known => known === name)
  if (!which) {
    throw new UserError(`Unknown schema ${JSON.stringify(name)}; valid schemas: ${SCHEMAS.join(', ')}.`)
  }
  const {$schema, ...schema} = z.toJSONSchema(await zodSchema(which), {target: 'draft-2020-12'})
  const document = {$schema, $id: `urn:drs-onboard:schema:${which}:1`, title: TITLES[which], ...schema}
  return {stdout: `${JSON.stringify(document, null, 2)}\n`, stderr: '', exitCode: EXIT.ready}
}

async function zodSchema(which: SchemaName) {
  switch (which) {
    case 'report':
      return (await import('../../report/schema.ts')).reportSchema
    case 'firewall-state':
      return (await import('../../firewall/state/state.ts')).firewallState
  }
}
