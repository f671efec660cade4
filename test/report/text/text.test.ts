import {stripVTControlCharacters} from 'node:util'
import {describe, expect, it} from 'vitest'
import {regionOrThrow} from '../../../src/aws/find-region.ts'
import {unknownName} from '../../../src/checks/path/not-tested.ts'
import {scriptedCommand} from '../../../src/report/scripted-equivalent.ts'
import {printText} from '../../../src/report/text/text.ts'
import {OPTIONS, PASSED, timedOut} from '../parts.ts'
import {REPORTS, report} from '../reports.ts'

const repeat = scriptedCommand('check', OPTIONS)

describe('printText', () => {
  it('sums up a server that is ready', () => {
    expect(printText(REPORTS.ready, {unicode: true, repeat})).toMatchInlineSnapshot(`
      "Install the AWS Replication Agent
        curl -fO https://aws-elastic-disaster-recovery-eu-central-1.s3.eu-central-1.amazonaws.com/latest/linux/aws-replication-installer-init
        chmod +x ./aws-replication-installer-init
        read -rp 'Access key ID: ' AWS_ACCESS_KEY_ID
        read -rsp 'Secret access key: ' AWS_SECRET_ACCESS_KEY
        export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
        sudo -E ./aws-replication-installer-init --region eu-central-1 --no-prompt

      READY: server "web01" for AWS DRS in eu-central-1
      No blocking issues, 14 passed
      Next  sudo -E ./aws-replication-installer-init --region eu-central-1 --no-prompt
      "
    `)
  })

  it('says what to do where AWS does not publish names, and how to install', () => {
    const unknown = unknownName('s3-buckets', 'bucket: clients', regionOrThrow('ap-east-2'))
    const text = printText(report({findings: {'s3-buckets': [unknown]}}), {unicode: true})
    const [, verdict] = text.split(/^INCOMPLETE: /m)
    expect(verdict?.replaceAll('\n', ' ')).toContain(
      'does not publish the host names for this Region: s3-buckets. Ask AWS Support for them, or allow all S3 hosts',
    )
    expect(text).toContain('Install the AWS Replication Agent\n  curl -fO https://')
    expect(text).toMatch(/Next {2}sudo -E \.\/aws-replication-installer-init .*\n$/)
  })

  it('names the rule of the host firewall, the plan and its undo', () => {
    expect(printText(REPORTS['host firewall blocks'], {unicode: true})).toMatchInlineSnapshot(`
      "Network paths
      DRS, TCP 443
        this server ──✗ host firewall ┄┄┄ network     ┄┄┄ DRS endpoint
                        BLOCKED           not checked     not checked
                        firewall.drop
        by iptables-nft ip filter OUTPUT, rule 3: -A OUTPUT -p tcp -m tcp --dport 443 -j DROP
      S3, TCP 443
        this server ──✗ host firewall ┄┄┄ network     ┄┄┄ S3 buckets
                        BLOCKED           not checked     not checked
                        firewall.drop
        by iptables-nft ip filter OUTPUT, rule 3: -A OUTPUT -p tcp -m tcp --dport 443 -j DROP
      Replication, TCP 1500
        this server ──▶ host firewall ──▶ network ──▶ replication server
                        open              open        open

      Blocking issues
      FAIL   firewall-443: a host firewall rule drops the packet [firewall.drop]
             Target  drs.eu-central-1.amazonaws.com and 6 buckets
             Found   Rule 3 of this host's OUTPUT chain drops TCP 443 on its way out.
             Rule    iptables-nft ip filter OUTPUT, rule 3: -A OUTPUT -p tcp -m tcp --dport 443 -j DROP
             Stops   the outgoing connection request (drop)
             Owner   you (this server)
             Next    Run \`drs-onboard fix\` to let TCP 443 out before that rule.
             Fix     Let TCP 443 out before rule 3 of OUTPUT (see the plan)

      NOT READY: server "web01" for AWS DRS in eu-central-1
      1 blocking issue, 4 passed, 9 not tested
      Next  drs-onboard fix --region eu-central-1 --staging-subnet 10.20.0.0/16
      "
    `)
  })

  it('says that the network beyond the host blocks', () => {
    expect(printText(REPORTS['network beyond blocks'])).toMatchInlineSnapshot(`
      "Network paths
      DRS, TCP 443
        this server --> host firewall --X network     . . DRS endpoint
                        open              BLOCKED         not checked
                                          tcp.timeout
      S3, TCP 443
        to aws-drs-clients-eu-central-1.s3.eu-central-1.amazonaws.com
        to aws-drs-clients-hashes-eu-central-1.s3.eu-central-1.amazonaws.com
        to aws-drs-internal-eu-central-1.s3.eu-central-1.amazonaws.com
        to aws-drs-internal-hashes-eu-central-1.s3.eu-central-1.amazonaws.com
        to aws-elastic-disaster-recovery-eu-central-1.s3.eu-central-1.amazonaws.com
        to aws-elastic-disaster-recovery-hashes-eu-central-1.s3.eu-central-1.amazonaws.com
        this server --> host firewall --X network     . . S3 buckets
                        open              BLOCKED         not checked
                                          tcp.timeout
      S3, TCP 443
        this server --> host firewall . . network     . . S3 buckets
                        open              not checked     not checked
      Replication, TCP 1500
        this server --> host firewall --> network --> replication server
                        open              open        open

      Blocking issues
      FAIL   drs-endpoint, s3-buckets, ec2-endpoint: no answer to the connection
             request [tcp.timeout]
             Targets drs.eu-central-1.amazonaws.com,
                     aws-drs-clients-eu-central-1.s3.eu-central-1.amazonaws.com,
                     aws-drs-clients-hashes-eu-central-1.s3.eu-central-1.amazonaws.com,
                     aws-drs-internal-eu-central-1.s3.eu-central-1.amazonaws.com,
                     aws-drs-internal-hashes-eu-central-1.s3.eu-central-1.amazonaws.com,
                     aws-elastic-disaster-recovery-eu-central-1.s3.eu-central-1.amazonaws.com,
                     aws-elastic-disaster-recovery-hashes-eu-central-1.s3.eu-central-1.amazonaws.com,
                     ec2.eu-central-1.amazonaws.com
             Found   drs.eu-central-1.amazonaws.com:443 did not answer within 5 s.
                     (Same for the other targets.)
             Path    DNS 3 ms -> TCP FAIL tcp.timeout (5001 ms)
             Owner   network team
             Next    Ask the network team to allow TCP 443 from this server to
                     drs.eu-central-1.amazonaws.com. (Same for the other targets.)

      Requests for other teams
      For the network team:
        allow: TCP 443 from web01 to drs.eu-central-1.amazonaws.com
          for agent installation and control
        allow: TCP 443 from web01 to aws-drs-clients-eu-central-1.s3.eu-central-1.amazonaws.com
          for DRS software
        allow: TCP 443 from web01 to aws-drs-clients-hashes-eu-central-1.s3.eu-central-1.amazonaws.com
          for hashes of the DRS software
        allow: TCP 443 from web01 to aws-drs-internal-eu-central-1.s3.eu-central-1.amazonaws.com
          for DRS internal components
        allow: TCP 443 from web01 to aws-drs-internal-hashes-eu-central-1.s3.eu-central-1.amazonaws.com
          for hashes of the DRS internal components
        allow: TCP 443 from web01 to aws-elastic-disaster-recovery-eu-central-1.s3.eu-central-1.amazonaws.com
          for agent installer
        allow: TCP 443 from web01 to aws-elastic-disaster-recovery-hashes-eu-central-1.s3.eu-central-1.amazonaws.com
          for hashes of the agent installer
        allow: TCP 443 from web01 to ec2.eu-central-1.amazonaws.com
          for EC2 API calls of the replication servers
      Allow return traffic.
      The addresses behind AWS's names change: allow the names, or the ranges that AWS
      publishes (https://ip-ranges.amazonaws.com/ip-ranges.json).

      NOT READY: server "web01" for AWS DRS in eu-central-1
      1 blocking issue, 5 passed, 1 not tested
      The network blocks TCP 443: the host firewall allows the connection and its
      replies.
      Next  drs-onboard check --region eu-central-1 --staging-subnet 10.20.0.0/16
      "
    `)
  })

  it('says what was changed, how to undo it, and that a reboot loses it', () => {
    const text = printText(REPORTS.repaired)
    expect(text).toContain('1 change will be lost at the next reboot (20261122T205405Z-1).')
    expect(text.slice(text.indexOf('Changes'), text.indexOf('What the staging'))).toMatchInlineSnapshot(`
      "Changes to this server
      KEPT   Let TCP 443 out before rule 3 of OUTPUT
             Undo    drs-onboard undo 20261122T205405Z-1
             Warning A reboot reverts this change.

      Install the AWS Replication Agent
        curl -fO https://aws-elastic-disaster-recovery-eu-central-1.s3.eu-central-1.amazonaws.com/latest/linux/aws-replication-installer-init
        chmod +x ./aws-replication-installer-init
        read -rp 'Access key ID: ' AWS_ACCESS_KEY_ID
        read -rsp 'Secret access key: ' AWS_SECRET_ACCESS_KEY
        export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
        sudo -E ./aws-replication-installer-init --region eu-central-1 --no-prompt

      READY: server "web01" for AWS DRS in eu-central-1
      No blocking issues, 14 passed
      1 change will be lost at the next reboot (20261122T205405Z-1).
      Next  sudo -E ./aws-replication-installer-init --region eu-central-1 --no-prompt"
    `)
  })

  it('keeps apart what failed, what crashed, what warns and what was rolled back', () => {
    expect(printText(REPORTS['rolled back, other troubles'], {unicode: true})).toMatchInlineSnapshot(`
      "Network paths
      DRS, TCP 443
        this server ──▶ host firewall ──✗ network         ┄┄┄ DRS endpoint
                        open              BLOCKED             not checked
                                          tls.intercepted
      S3, TCP 443
        to aws-drs-clients-eu-central-1.s3.eu-central-1.amazonaws.com
        to aws-drs-clients-hashes-eu-central-1.s3.eu-central-1.amazonaws.com
        this server ──▶ host firewall ──✗ network         ┄┄┄ S3 buckets
                        open              BLOCKED             not checked
                                          tls.intercepted
      S3, TCP 443
        to aws-elastic-disaster-recovery-eu-central-1.s3.eu-central-1.amazonaws.com
        this server ──▶ host firewall ──▶ network ──▶ S3 buckets
                        open              open        open
      Replication, TCP 1500
        this server ──▶ host firewall ──▶ network ──▶ replication server
                        open              open        open
                                                      replication.no-listener

      Blocking issues
      ERROR  privileges: the check itself failed [check.crashed]
             Found   The check failed: EIO: i/o error, read.
             Owner   you (this server)

      FAIL   drs-endpoint, s3-buckets: TLS is intercepted (the certificate is not from
             Amazon) [tls.intercepted]
             Targets drs.eu-central-1.amazonaws.com,
                     aws-drs-clients-eu-central-1.s3.eu-central-1.amazonaws.com,
                     aws-drs-clients-hashes-eu-central-1.s3.eu-central-1.amazonaws.com
             Found   The certificate of drs.eu-central-1.amazonaws.com was issued by
                     CN=Corp | Inspection \`CA\`, not by Amazon. (Same for the other
                     targets.)
             Path    DNS 2 ms → PROXY 9 ms → TLS ✗ FAIL tls.intercepted (18 ms)
             Owner   network team
             Next    Ask the network team to exempt the endpoints of
                     \`drs-onboard endpoints\` from TLS inspection.

      Warnings
      WARN   os: Debian GNU/Linux 14 is newer than the table of supported systems of
             2026-08. [os.unknown]
      WARN   replication-1500: 10.20.0.7 refused TCP 1500: the path is open, nothing
             listens there. [replication.no-listener]

      Requests for other teams
      For the network team:
        exempt from TLS inspection: TCP 443 from web01 to drs.eu-central-1.amazonaws.com
          for control of the replication servers
        exempt from TLS inspection: TCP 443 from web01 to aws-drs-clients-eu-central-1.s3.eu-central-1.amazonaws.com
          for DRS software
        exempt from TLS inspection: TCP 443 from web01 to aws-drs-clients-hashes-eu-central-1.s3.eu-central-1.amazonaws.com
          for hashes of the DRS software
      The addresses behind AWS's names change: allow the names, or the ranges that AWS
      publishes (https://ip-ranges.amazonaws.com/ip-ranges.json).

      Changes to this server
      REVERTED Let TCP 443 out before rule 3 of OUTPUT
             Why     The path fails as before, so this host firewall was not the
                     cause.

      NOT READY: server "web01" for AWS DRS in eu-central-1
      2 blocking issues, 2 warnings, 4 passed
      Next  drs-onboard check --region eu-central-1 --staging-subnet 10.20.0.0/16 --replication-server 10.20.0.7:1500 --dualstack --proxy-address 'http://<USER>:<PASSWORD>@proxy.corp.example:3128/' --timeout 8
      "
    `)
  })
})

it('does not call a warning about rules on payload simply OK', () => {
  const [rules] = PASSED['firewall-443']
  if (!rules) throw new Error('there is such a finding')
  const text = printText(report({findings: {'firewall-443': [{...rules, status: 'warn'}]}}), {verbose: true})
  expect(text).toContain('WARN   firewall-443: OK, with a warning [ok]')
})

describe('the conclusion that the network blocks', () => {
  const sentence = 'The network blocks TCP 443'

  it.each([
    ['warn', 'firewall.unknown'],
    ['fail', 'firewall.drop'],
  ] as const)('is not drawn while the rules of this host are %s', (_, code) => {
    const doubtful = report({
      findings: {
        'firewall-443': report()
          .findings.filter(({check}) => check === 'firewall-443')
          .map(finding => ({
            ...finding,
            code,
            status: code === 'firewall.drop' ? 'fail' : 'warn',
            remedies: [],
          })),
        'drs-endpoint': [timedOut('drs-endpoint', 'drs.eu-central-1.amazonaws.com')],
      },
    })
    expect(printText(doubtful)).not.toContain(sentence)
  })

  it('is not drawn without a verdict on the rules, nor from a warning alone', () => {
    const paths = {'drs-endpoint': [timedOut('drs-endpoint', 'drs.eu-central-1.amazonaws.com')]}
    expect(printText(report({findings: {...paths, 'firewall-443': []}}))).not.toContain(sentence)
    const ec2 = [timedOut('ec2-endpoint', 'ec2.eu-central-1.amazonaws.com', 'warn')]
    expect(printText(report({findings: {'ec2-endpoint': ec2}}))).not.toContain(sentence)
    expect(printText(report({findings: paths}))).toContain(sentence)
  })
})

describe('layout', () => {
  const reports = Object.entries(REPORTS)

  it.each(reports)('keeps prose within the width: %s', (_, built) => {
    for (const columns of [60, 80, 120]) {
      const wide = printText(built, {columns})
        .split('\n')
        .filter(line => [...line].length > columns)
      for (const line of wide) {
        // Commands and rules stand on one line; a single word cannot be broken either.
        expect(line).toMatch(/^ {2}\S|^ {7}(Do|Undo|Rule) |^Next {2}|^ *(\S{6,8} +)?\S+$/)
      }
    }
  })

  it.each(reports)('has neither colours nor glyphs unless asked: %s', (_, built) => {
    expect(printText(built)).toMatch(/^[\n\x20-\x7e]*$/)
  })

  it.each(reports)('says the same with colours: %s', (_, built) => {
    const coloured = printText(built, {color: true})
    expect(coloured).not.toBe(printText(built))
    expect(stripVTControlCharacters(coloured)).toBe(printText(built))
  })

  it('lists every target with its own path when verbose', () => {
    const text = printText(REPORTS['network beyond blocks'], {verbose: true})
    expect(text.match(/TCP FAIL tcp\.timeout/g)).toHaveLength(8)
  })
})
