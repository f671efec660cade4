import {randomBytes, randomUUID} from 'node:crypto'
import {bucketNames, type S3Fault} from './aws-settings.ts'

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** `installer` and `digest` stand for the two objects that exist. */
  readonly body: string | 'installer' | 'digest'
}

/** How DRS, EC2 or S3 of `region` answers an unsigned GET; null when `host` belongs to none of them. */
export function answer(region: string, host: string, path: string, fault?: S3Fault): Answer | null {
  const name = host.toLowerCase().replace(/:\d+$/, '')
  const s3 =
    /^(?:(?<bucket>.+)\.)?s3\.(?:dualstack\.)?(?:(?<in>[a-z0-9-]+)\.)?amazonaws\.com$/.exec(name) ??
    /^(?<bucket>.+)\.bucket\.vpce-[a-z0-9-]+\.s3\.(?<in>[a-z0-9-]+)\.vpce\.amazonaws\.com$/.exec(name)
  if (s3 && fault) return faultyS3Answer(region, fault, path)
  if (s3) {
    const [, first = '', rest = ''] = /^\/([^/]*)(.*)$/.exec(path) ?? []
    const {bucket, in: from} = s3.groups ?? {}
    return bucket
      ? s3Answer(region, from ?? region, bucket, path)
      : s3Answer(region, from ?? region, first, rest)
  }
  if (/^drs(-fips)?\.|\.drs\.[a-z0-9-]+\.vpce\./.test(name)) return drsAnswer()
  if (/^ec2(-fips)?\./.test(name)) return ec2Answer()
  return null
}

function drsAnswer(): Answer {
  return {
    status: 403,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': randomUUID(),
      'x-amzn-errortype': 'MissingAuthenticationTokenException',
    },
    body: JSON.stringify({message: 'Missing Authentication Token'}),
  }
}

function ec2Answer(): Answer {
  const id = randomUUID()
  return {
    status: 400,
    headers: {'content-type': 'text/xml;charset=UTF-8', server: 'AmazonEC2', 'x-amzn-requestid': id},
    body: `${XML}<Response><Errors><Error><Code>MissingAction</Code><Message>The request must contain the parameter Action</Message></Error></Errors><RequestID>${id}</RequestID></Response>`,
  }
}

function s3Answer(region: string, from: string, bucket: string, key: string): Answer {
  if (!bucketNames(region).includes(bucket)) {
    return s3Error(
      404,
      'NoSuchBucket',
      'The specified bucket does not exist',
      {},
      `<BucketName>${bucket}</BucketName>`,
    )
  }
  const where = {'x-amz-bucket-region': region}
  if (from !== region) {
    const text = 'The bucket you are attempting to access must be addressed using the specified endpoint.'
    return s3Error(301, 'PermanentRedirect', text, where, `<Bucket>${bucket}</Bucket>`)
  }
  if (key === '/' || key === '') return s3Error(403, 'AccessDenied', 'Access Denied', where)
  if (bucket === `aws-elastic-disaster-recovery-${region}` && INSTALLERS.includes(key))
    return s3Object('installer')
  if (bucket === `aws-elastic-disaster-recovery-hashes-${region}` && DIGESTS.includes(key))
    return s3Object('digest')
  return s3Error(404, 'NoSuchKey', 'The specified key does not exist.', where, `<Key>${key.slice(1)}</Key>`)
}

const INSTALLERS = [
  '/latest/linux/aws-replication-installer-init',
  '/latest/windows/AwsReplicationWindowsInstaller.exe',
]
const DIGESTS = INSTALLERS.map(key => `${key}.sha512`)

/** The same on a bucket's root and on its objects, as far as the fault concerns both. */
function faultyS3Answer(region: string, fault: S3Fault, path: string): Answer {
  const where = {'x-amz-bucket-region': region}
  const isRoot = path === '/'
  switch (fault) {
    case 'NoSuchBucket':
      return s3Error(404, fault, 'The specified bucket does not exist', {})
    case 'PermanentRedirect':
      return s3Error(301, fault, 'The bucket must be addressed elsewhere.', {
        'x-amz-bucket-region': 'us-east-1',
      })
    case 'NoSuchKey':
      return isRoot
        ? s3Error(403, 'AccessDenied', 'Access Denied', where)
        : s3Error(404, fault, 'The specified key does not exist.', where)
    case 'AccessDenied':
      return s3Error(403, fault, 'Access Denied', where)
    case 'bare-403':
      return {status: 403, headers: {'content-type': 'text/html'}, body: '<html>Forbidden</html>\n'}
  }
}

const XML = '<?xml version="1.0" encoding="UTF-8"?>\n'

const s3Ids = () => ({
  'x-amz-request-id': randomBytes(8).toString('hex').toUpperCase(),
  'x-amz-id-2': randomBytes(56).toString('base64'),
})

function s3Object(body: 'installer' | 'digest'): Answer {
  const headers = {
    ...s3Ids(),
    server: 'AmazonS3',
    'content-type': 'binary/octet-stream',
    'accept-ranges': 'bytes',
    'last-modified': 'Wed, 01 Jul 2026 10:00:00 GMT',
    etag: `"${body === 'installer' ? '9b2cf535f27731c974343645a3985328' : '5d41402abc4b2a76b9719d911017c592'}"`,
  }
  return {status: 200, headers, body}
}

function s3Error(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>>,
  detail = '',
): Answer {
  const ids = s3Ids()
  return {
    status,
    headers: {...headers, ...ids, server: 'AmazonS3', 'content-type': 'application/xml'},
    body: `${XML}<Error><Code>${code}</Code><Message>${message}</Message>${detail}<RequestId>${ids['x-amz-request-id']}</RequestId><HostId>${ids['x-amz-id-2']}</HostId></Error>`,
  }
}
