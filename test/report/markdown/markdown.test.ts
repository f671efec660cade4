import {describe, expect, it} from 'vitest'
import {cellCode, code, codeBlock, prose} from '../../../src/report/markdown/escape.ts'
import {printMarkdown} from '../../../src/report/markdown/markdown.ts'
import {scriptedCommand} from '../../../src/report/scripted-equivalent.ts'
import {OPTIONS} from '../parts.ts'
import {REPORTS} from '../reports.ts'

describe('printMarkdown', () => {
  it('is a change request for the host firewall', () => {
    const repeat = scriptedCommand('fix', OPTIONS)
    expect(printMarkdown(REPORTS['host firewall blocks'], {repeat})).toMatchInlineSnapshot(`
      "# NOT READY: server "web01" for AWS DRS in eu-central-1

      1 blocking issue, 4 passed, 9 not tested.

      Debian GNU/Linux 12, kernel 6.1.0-25-amd64, x86_64; firewall: iptables-nft.  
      drs-onboard 0.1.0, started 2026-11-22T20:54:03.000Z, took 5.2 s.

      ## Network paths

      \`\`\`text
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
      \`\`\`

      ## Blocking issues

      ### FAIL firewall-443: a host firewall rule drops the packet (\`firewall.drop\`)

      - Found: Rule 3 of this host's OUTPUT chain drops TCP 443 on its way out.
      - Targets: \`drs.eu-central-1.amazonaws.com and 6 buckets\`
      - Rule: \`iptables-nft ip filter OUTPUT, rule 3: -A OUTPUT -p tcp -m tcp --dport 443 -j DROP\`
      - Owner: you (this server)
      - Next: Run \\\`drs-onboard fix\\\` to let TCP 443 out before that rule.

      ## All findings

      | Status | Check | Target | Code | Found |
      | --- | --- | --- | --- | --- |
      | PASS | os |  | \`ok\` | Debian GNU/Linux 12 on x86_64 is supported by the agent. |
      | PASS | privileges |  | \`ok\` | This run may read and change the firewall. |
      | FAIL | firewall-443 | \`drs.eu-central-1.amazonaws.com and 6 buckets\` | \`firewall.drop\` | Rule 3 of this host's OUTPUT chain drops TCP 443 on its way out. |
      | PASS | firewall-1500 | \`10.20.0.0/16\` | \`ok\` | The host firewall allows TCP 1500 out to 10.20.0.0/16, and the replies in. |
      | SKIP | drs-endpoint | \`drs.eu-central-1.amazonaws.com\` | \`firewall.drop\` | This waits for firewall-443, which found the cause. |
      | SKIP | s3-buckets | \`aws-drs-clients-eu-central-1.s3.eu-central-1.amazonaws.com\` | \`firewall.drop\` | This waits for firewall-443, which found the cause. |
      | SKIP | s3-buckets | \`aws-drs-clients-hashes-eu-central-1.s3.eu-central-1.amazonaws.com\` | \`firewall.drop\` | This waits for firewall-443, which found the cause. |
      | SKIP | s3-buckets | \`aws-drs-internal-eu-central-1.s3.eu-central-1.amazonaws.com\` | \`firewall.drop\` | This waits for firewall-443, which found the cause. |
      | SKIP | s3-buckets | \`aws-drs-internal-hashes-eu-central-1.s3.eu-central-1.amazonaws.com\` | \`firewall.drop\` | This waits for firewall-443, which found the cause. |
      | SKIP | s3-buckets | \`aws-elastic-disaster-recovery-eu-central-1.s3.eu-central-1.amazonaws.com\` | \`firewall.drop\` | This waits for firewall-443, which found the cause. |
      | SKIP | s3-buckets | \`aws-elastic-disaster-recovery-hashes-eu-central-1.s3.eu-central-1.amazonaws.com\` | \`firewall.drop\` | This waits for firewall-443, which found the cause. |
      | SKIP | ec2-endpoint |  | \`firewall.drop\` | This waits for firewall-443, which found the cause. |
      | SKIP | installer-download |  | \`firewall.drop\` | This waits for firewall-443, which found the cause. |
      | PASS | replication-1500 | \`10.20.0.7:1500\` | \`ok\` | 10\\.20.0.7:1500 answers. |

      ## Plan, not applied yet

      ### Let TCP 443 out before rule 3 of OUTPUT (low risk: only adds an allow rule)

      Rule 3 of OUTPUT drops TCP 443 to every address. A reboot reverts this change.

      Do:

      \`\`\`sh
      iptables -w -I OUTPUT 3 -p tcp --dport 443 -m comment --comment 'drs-onboard drs-443-out' -j ACCEPT
      \`\`\`

      Undo, in this order:

      \`\`\`sh
      iptables -w -D OUTPUT -p tcp --dport 443 -m comment --comment 'drs-onboard drs-443-out' -j ACCEPT
      \`\`\`

      ## What the staging area subnet needs

      This server cannot see the staging area subnet (10.20.0.0/16). From there, allow TCP 443 to AWS DRS, Amazon S3 and Amazon EC2, and TCP 1500 in from this server. Names, ports and reasons for a change request:

      \`\`\`sh
      drs-onboard endpoints --region eu-central-1 --staging-subnet 10.20.0.0/16
      \`\`\`

      ## After fixing the issues above, install the agent

      \`\`\`sh
      sudo -E ./aws-replication-installer-init --region eu-central-1 --no-prompt
      \`\`\`

      ## Run again non-interactively

      \`\`\`sh
      drs-onboard fix --region eu-central-1 --staging-subnet 10.20.0.0/16 --no-prompt --yes
      \`\`\`
      "
    `)
  })

  it('is a ticket about interception, with text from outside kept harmless', () => {
    const markdown = printMarkdown(REPORTS['rolled back, other troubles'])
    expect(markdown.slice(0, markdown.indexOf('## All findings'))).toMatchInlineSnapshot(`
      "# NOT READY: server "web01" for AWS DRS in eu-central-1

      2 blocking issues, 2 warnings, 4 passed.

      Debian GNU/Linux 12, kernel 6.1.0-25-amd64, x86_64; firewall: iptables-nft.  
      drs-onboard 0.1.0, started 2026-11-22T20:54:03.000Z, took 5.2 s.

      ## Network paths

      \`\`\`text
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
      \`\`\`

      ## Blocking issues

      ### ERROR privileges: the check itself failed (\`check.crashed\`)

      - Found: The check failed: EIO: i/o error, read.
      - Owner: you (this server)

      ### FAIL drs-endpoint, s3-buckets: TLS is intercepted (the certificate is not from Amazon) (\`tls.intercepted\`)

      - Found: The certificate of drs.eu-central-1.amazonaws.com was issued by CN=Corp \\| Inspection \\\`CA\\\`, not by Amazon. (Same for the other targets.)
      - Targets: \`drs.eu-central-1.amazonaws.com\`, \`aws-drs-clients-eu-central-1.s3.eu-central-1.amazonaws.com\`, \`aws-drs-clients-hashes-eu-central-1.s3.eu-central-1.amazonaws.com\`
      - Path: DNS 2 ms → PROXY 9 ms → TLS ✗ FAIL tls.intercepted (18 ms)
      - Owner: network team
      - Next: Ask the network team to exempt the endpoints of \\\`drs-onboard endpoints\\\` from TLS inspection.

      ## Warnings

      ### WARN os: AWS does not list this system (\`os.unknown\`)

      - Found: Debian GNU/Linux 14 is newer than the table of supported systems of 2026-08.
      - Owner: you (this server)
      - Next: Check the list of supported systems before you install.

      ### WARN replication-1500: the path is open, nothing listens there yet (\`replication.no-listener\`)

      - Found: 10\\.20.0.7 refused TCP 1500: the path is open, nothing listens there.
      - Targets: \`10.20.0.7:1500\`
      - Path: TCP \\! WARN replication.no-listener (2 ms)

      ## Requests for other teams

      ### For the network team

      | Request | From | To | Port | Protocol | Reason |
      | --- | --- | --- | --- | --- | --- |
      | exempt from TLS inspection | \`web01\` | \`drs.eu-central-1.amazonaws.com\` | 443 | TCP | control of the replication servers |
      | exempt from TLS inspection | \`web01\` | \`aws-drs-clients-eu-central-1.s3.eu-central-1.amazonaws.com\` | 443 | TCP | DRS software |
      | exempt from TLS inspection | \`web01\` | \`aws-drs-clients-hashes-eu-central-1.s3.eu-central-1.amazonaws.com\` | 443 | TCP | hashes of the DRS software |

      The addresses behind AWS's names change: allow the names, or the ranges that AWS publishes (https://ip-ranges.amazonaws.com/ip-ranges.json).

      "
    `)
    expect(markdown).toContain('issued by CN=Corp \\| Inspection \\`CA\\`, not by Amazon. |')
    expect(markdown).toContain(
      '- REVERTED Let TCP 443 out before rule 3 of OUTPUT (2026-11-22T20:54:05.000Z). The path fails as before',
    )
  })

  it('says what was changed and how to undo it', () => {
    expect(printMarkdown(REPORTS.repaired)).toContain(
      '- KEPT Let TCP 443 out before rule 3 of OUTPUT (2026-11-22T20:54:05.000Z). A reboot reverts this change. Undo: `drs-onboard undo 20261122T205405Z-1`.',
    )
  })

  it.each(Object.entries(REPORTS))('has five cells in every row of the table: %s', (_, built) => {
    const [, table = ''] = printMarkdown(built).split('## All findings')
    const rows = table.split('\n').filter(line => line.startsWith('|'))
    expect(rows).toHaveLength(built.findings.length + 2)
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(6)
  })
})

describe('escaping', () => {
  it.each([
    ['a | b', 'a \\| b'],
    ['`x`', '\\`x\\`'],
    ['<b> & *c* #1 [d](e)', '\\<b\\> \\& \\*c\\* \\#1 \\[d\\](e)'],
    ['x86_64', 'x86_64'],
    ['_x_', '\\_x\\_'],
    ['- not a list', '\\- not a list'],
    ['1. not a list', '1\\. not a list'],
    ['two\nlines', 'two lines'],
    ['\u001b[31mred', '\\\\u\\{1b\\}\\[31mred'],
  ])('writes %j as %j', (text, escaped) => {
    expect(prose(text)).toBe(escaped)
  })

  it('fences code with more backticks than it holds', () => {
    expect(code('a')).toBe('`a`')
    expect(code('a ``b` c')).toBe('```a ``b` c```')
    expect(code('`a`')).toBe('`` `a` ``')
    expect(cellCode('a | b')).toBe('`a \\| b`')
    expect(codeBlock(['a ``` b'], 'sh')).toBe('````sh\na ``` b\n````')
  })
})
