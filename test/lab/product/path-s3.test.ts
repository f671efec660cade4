import {describeFaults, type Fault, INSTALLER_BUCKET} from './path-cases.ts'

const s3 = (fault: Omit<Fault, 'check' | 'target'>): Fault => ({
  check: 's3-buckets',
  target: INSTALLER_BUCKET,
  ...fault,
})

describeFaults('a fault of S3', [
  s3({
    name: '403 without the headers of S3',
    faults: {s3: 'bare-403'},
    code: 'http.block-page',
    owner: 'network-team',
    says: ["without S3's headers"],
  }),
  s3({
    name: 'no such bucket',
    faults: {s3: 'NoSuchBucket'},
    code: 's3.no-such-bucket',
    owner: 'aws-account-admin',
    says: ['NoSuchBucket'],
  }),
  s3({
    name: 'a redirect to another Region',
    faults: {s3: 'PermanentRedirect'},
    code: 's3.wrong-region',
    owner: 'aws-account-admin',
    says: ['us-east-1'],
  }),
  s3({
    name: 'a redirect to itself',
    faults: {http: 'loop', hosts: '\\.s3\\.'},
    code: 'http.block-page',
    owner: 'network-team',
    says: ['HTTP 302'],
  }),
  s3({
    name: "S3's own 503 on a root",
    faults: {http: 'service-error', hosts: '\\.s3\\.'},
    code: 'http.error',
    status: 'warn',
    owner: 'network-team',
    says: ['HTTP 503'],
  }),
  {
    name: 'buckets whose names AWS does not publish',
    check: 's3-buckets',
    args: ['--region', 'ap-east-2'],
    severalTargets: true,
    code: 'region.data-unknown',
    status: 'warn',
    owner: null,
    says: ['ap-east-2', 'AWS Support'],
  },
])
