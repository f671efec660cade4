import {describeFaults, type Fault, REGION} from './path-cases.ts'

const installer = (fault: Omit<Fault, 'check'>): Fault => ({check: 'installer-download', ...fault})

describeFaults('a fault of the download', [
  installer({
    name: 'an object that is not there',
    faults: {s3: 'NoSuchKey'},
    severalTargets: true,
    code: 's3.no-such-key',
    owner: 'aws-account-admin',
    says: ['NoSuchKey'],
  }),
  installer({
    name: 'an object that an endpoint policy denies',
    faults: {s3: 'AccessDenied'},
    severalTargets: true,
    code: 's3.access-denied',
    owner: 'aws-account-admin',
    says: ['s3:GetObject', new RegExp(`arn:aws:s3:::aws-elastic-disaster-recovery(-hashes)?-${REGION}/\\*`)],
  }),
  installer({
    name: 'a digest of another file',
    faults: {wrongHash: true},
    code: 'installer.hash-mismatch',
    owner: 'network-team',
    says: [/"expected":"[0-9a-f]{128}"/, /"actual":"[0-9a-f]{128}"/],
  }),
  installer({
    name: 'a hash object that is none',
    faults: {hashObject: 'garbage'},
    code: 'installer.hash-mismatch',
    owner: 'network-team',
    says: ['holds no SHA-512 digest'],
  }),
  installer({
    name: 'a hash object without an end',
    faults: {hashObject: 'endless'},
    code: 'installer.hash-mismatch',
    owner: 'network-team',
    says: ['holds no SHA-512 digest'],
  }),
  installer({
    name: 'a download that is cut, and again',
    faults: {truncateAt: 100_000},
    code: 'installer.truncated',
    owner: 'network-team',
    says: ['again when it was resumed'],
  }),
  installer({
    name: 'a download that is cut once, and goes on from there',
    faults: {cutOnceAt: 1_000_000},
    code: 'ok',
    owner: null,
    says: ['"connections":2', 'SHA-512 matches'],
  }),
  installer({
    name: 'a download that stalls',
    faults: {stallAt: 100_000},
    code: 'installer.stalled',
    owner: 'network-team',
    says: ['100000'],
  }),
  installer({
    name: 'a slow download that makes progress',
    faults: {bytesPerSecond: 1_500_000},
    code: 'ok',
    owner: null,
    says: ['SHA-512 matches'],
  }),
])
