import {describe, expect, test} from 'vitest'
import {leftOutVariables, planStart} from '../../../src/platform/process/environment.ts'

describe('how a run starts', () => {
  test.each<[NodeJS.ProcessEnv, boolean, unknown]>([
    [{PATH: '/bin', HOME: '/', NODE_ENV: 'test', NODE_VERSION: '24'}, true, {kind: 'run', unset: []}],
    [{NODE_OPTIONS: '', OPENSSL_CONF: '', SSL_CERT_FILE: ''}, true, {kind: 'run', unset: []}],
    [{SSL_CERT_FILE: '/x'}, false, {kind: 'run', unset: ['SSL_CERT_FILE']}],
    [
      {NODE_TLS_REJECT_UNAUTHORIZED: '0', RES_OPTIONS: 'use-vc'},
      true,
      {kind: 'run', unset: ['NODE_TLS_REJECT_UNAUTHORIZED', 'RES_OPTIONS']},
    ],
    [{NODE_OPTIONS: '-r /x'}, true, {kind: 'again', unset: ['NODE_OPTIONS']}],
    [
      {SSL_CERT_DIR: '/x', NODE_USE_SYSTEM_CA: '1'},
      true,
      {kind: 'again', unset: ['NODE_USE_SYSTEM_CA', 'SSL_CERT_DIR']},
    ],
    // What only warns is no reason to refuse: every root is stated anyway.
    [{NODE_USE_SYSTEM_CA: '1'}, false, {kind: 'run', unset: ['NODE_USE_SYSTEM_CA']}],
    // It is set on many hosts, and to begin again takes time.
    [{NODE_EXTRA_CA_CERTS: '/x'}, true, {kind: 'run', unset: ['NODE_EXTRA_CA_CERTS']}],
    [
      {NODE_OPTIONS: '-r /x', NODE_EXTRA_CA_CERTS: '/x', NODE_DEBUG: 'http'},
      false,
      {kind: 'refuse', because: ['NODE_OPTIONS', 'NODE_DEBUG']},
    ],
    [{OPENSSL_CONF: '/x'}, false, {kind: 'refuse', because: ['OPENSSL_CONF']}],
  ])('in %j, again: %j', (environment, canStartAgain, start) => {
    expect(planStart(environment, canStartAgain)).toEqual(start)
  })
})

test.each([
  [{}, []],
  [{DRS_ONBOARD_LEFT_OUT: ''}, []],
  [{DRS_ONBOARD_LEFT_OUT: 'NODE_OPTIONS,SSL_CERT_FILE'}, ['NODE_OPTIONS', 'SSL_CERT_FILE']],
  [{DRS_ONBOARD_LEFT_OUT: '\u001b[31m,SSL_CERT_FILE,PATH'}, ['SSL_CERT_FILE']],
])('the variables left out of %j: %j', (environment, names) => {
  expect(leftOutVariables(environment)).toEqual(names)
})
