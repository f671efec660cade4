import path from 'node:path'
import {expect, it} from 'vitest'
import {inNamespace} from './namespace.ts'

it('tells a refusal, silence, a missing route and a forbidden one apart, by error code', async () => {
  const local = {beforeSending: true}
  const sent = {beforeSending: false}
  expect(await inNamespace(path.join(import.meta.dirname, 'connect.ts'))).toEqual({
    'no route': {outcome: 'unreachable', errno: 'ENETUNREACH', ...local},
    blackhole: {outcome: 'unreachable', errno: 'EINVAL', ...local},
    unreachable: {outcome: 'unreachable', errno: 'EHOSTUNREACH', ...local},
    prohibit: {outcome: 'prohibited', errno: 'EACCES', ...local},
    silence: {outcome: 'timeout', errno: 'ETIMEDOUT', ...sent},
    'silence leaves this host': 'left',
    'DROP leaves this host': 'stopped',
    DROP: {outcome: 'timeout', errno: 'ETIMEDOUT', ...sent},
    'REJECT --reject-with tcp-reset': {outcome: 'refused', errno: 'ECONNREFUSED', ...sent},
    'REJECT --reject-with icmp-port-unreachable': {outcome: 'refused', errno: 'ECONNREFUSED', ...sent},
    'REJECT --reject-with icmp-net-unreachable': {outcome: 'unreachable', errno: 'ENETUNREACH', ...sent},
    'REJECT --reject-with icmp-admin-prohibited': {outcome: 'unreachable', errno: 'EHOSTUNREACH', ...sent},
  })
})
