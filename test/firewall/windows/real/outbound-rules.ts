/**
 * Outbound rules of Windows Server after its installation, id to text without version, state and names of resources.
 * They are the same from Server 2016 on; `-` stands for a rule that is there, but switched off.
 */
const SVCHOST = 'App=%SystemRoot%\\system32\\svchost.exe'

const COMMON: Readonly<Record<string, string>> = {
  'CoreNet-DNS-Out-UDP': `Protocol=17|RPort=53|${SVCHOST}|Svc=dnscache`,
  'CoreNet-DHCP-Out': `Protocol=17|LPort=68|RPort=67|${SVCHOST}|Svc=dhcp`,
  'CoreNet-DHCPV6-Out': `Protocol=17|LPort=546|RPort=547|${SVCHOST}|Svc=dhcp`,
  'CoreNet-Teredo-Out': `Protocol=17|${SVCHOST}|Svc=iphlpsvc`,
  'CoreNet-IPHTTPS-Out': `Protocol=6|RPort2_10=IPTLSOut|RPort2_10=IPHTTPSOut|${SVCHOST}|Svc=iphlpsvc`,
  'CoreNet-IPv6-Out': 'Protocol=41|App=System',
  'CoreNet-IGMP-Out': 'Protocol=2|App=System',
  'CoreNet-GP-NP-Out-TCP': 'Protocol=6|Profile=Domain|RPort=445|App=System',
  'CoreNet-GP-Out-TCP': `Protocol=6|Profile=Domain|${SVCHOST}`,
  'CoreNet-GP-LSASS-Out-TCP': 'Protocol=6|Profile=Domain|App=%SystemRoot%\\system32\\lsass.exe',
  'CoreNet-ICMP6-RS-Out':
    'Protocol=58|ICMP6=133:*|LA6=fe80::/64|RA4=LocalSubnet|RA6=LocalSubnet|RA6=ff02::2|RA6=fe80::/64',
  'CoreNet-ICMP6-RA-Out':
    'Protocol=58|ICMP6=134:*|LA6=fe80::/64|RA4=LocalSubnet|RA6=LocalSubnet|RA6=ff02::1|RA6=fe80::/64|App=System',
  'CoreNet-ICMP6-NDS-Out': 'Protocol=58|ICMP6=135:*|App=System',
  'CoreNet-ICMP6-NDA-Out': 'Protocol=58|ICMP6=136:*|App=System',
  'CoreNet-ICMP6-PTB-Out': 'Protocol=58|ICMP6=2:0|App=System',
  'CoreNet-ICMP6-TE-Out': 'Protocol=58|ICMP6=3:*|App=System',
  'MDNS-Out-UDP': `Protocol=17|LPort=5353|${SVCHOST}|Svc=dnscache`,
  'Microsoft-Windows-Unified-Telemetry-Client': `Protocol=6|RPort=443|${SVCHOST}|Svc=DiagTrack`,
  '-PeerDist-HostedClient-Out': 'Protocol=6|RPort=80|RPort=443|App=SYSTEM',
  '-PeerDist-HttpTrans-Out': 'Protocol=6|RPort=80|App=SYSTEM',
  '-PeerDist-HostedServer-Out': 'Protocol=6|LPort=443|LPort=80|App=SYSTEM',
  '-PeerDist-WSD-Out': `Protocol=17|RPort=3702|RA4=LocalSubnet|RA6=LocalSubnet|${SVCHOST}|Svc=PeerDistSvc`,
  '-FPS-SMB-Out-TCP': 'Protocol=6|RPort=445|App=System',
  '-FPS-NB_Session-Out-TCP': 'Protocol=6|RPort=139|App=System',
  '-FPS-NB_Name-Out-UDP': 'Protocol=17|RPort=137|App=System',
  '-FPS-LLMNR-Out-UDP': `Protocol=17|RPort=5355|RA4=LocalSubnet|RA6=LocalSubnet|${SVCHOST}|Svc=dnscache`,
  '-NETDIS-UPnP-Out-TCP': 'Protocol=6|Profile=Domain|RPort=2869|App=System',
  '-NETDIS-SSDPSrv-Out-UDP': `Protocol=17|RPort=1900|RA4=LocalSubnet|RA6=LocalSubnet|${SVCHOST}|Svc=Ssdpsrv`,
  '-NETDIS-WSDEVNT-Out-TCP': 'Protocol=6|RPort=5357|App=System',
  '-MSDTC-Out-TCP': 'Protocol=6|App=%SystemRoot%\\system32\\msdtc.exe',
  '-MsiScsi-Out-TCP': `Protocol=6|${SVCHOST}|Svc=Msiscsi`,
  '-RRAS-GRE-Out': 'Protocol=47|App=System',
  '-RRAS-L2TP-Out-UDP': 'Protocol=17|RPort=1701|App=System',
  '-RRAS-PPTP-Out-TCP': 'Protocol=6|RPort=1723|App=System',
  '-WMI-WINMGMT-Out-TCP': `Protocol=6|${SVCHOST}|Svc=winmgmt`,
  '-RemoteAssistance-Out-TCP': 'Protocol=6|Profile=Public|App=%SystemRoot%\\system32\\msra.exe',
}

/** Rules of app packages, as each user of Server with Desktop Experience gets them. */
const APPS: Readonly<Record<string, string>> = {
  '{3C7D5A60-1D4B-4B64-9B77-8D6F6B1C0E01}':
    'Profile=Domain|Profile=Private|Profile=Public|LUOwn=S-1-5-21-111-222-333-500|AppPkgId=S-1-15-2-1861897761-1695161497-2927542615-642690995-327840285-2659745135-2630312742|Platform=2:6:2|Platform2=GTEQ',
  '{3C7D5A60-1D4B-4B64-9B77-8D6F6B1C0E02}':
    'RA42=IntErnet|RA62=IntErnet|LUOwn=S-1-5-21-111-222-333-500|AppPkgId=S-1-15-2-155514346-2573954481-755741238-1654018636-1233331829-3075935687-2861478708|Platform=2:6:2|Platform2=GTEQ',
}

function rules(
  version: string,
  ...sets: readonly Readonly<Record<string, string>>[]
): Record<string, string> {
  return Object.fromEntries(
    sets.flatMap(Object.entries).map(([id, conditions]) => {
      const off = id.startsWith('-')
      return [
        off ? id.slice(1) : id,
        `${version}|Action=Allow|Active=${off ? 'FALSE' : 'TRUE'}|Dir=Out|${conditions}|Name=@FirewallAPI.dll,-25000|EmbedCtxt=@FirewallAPI.dll,-25000|`,
      ]
    }),
  )
}

export const SERVER_2016_CORE = rules('v2.26', COMMON)
export const SERVER_2019 = rules('v2.29', COMMON, APPS)
export const SERVER_2022 = rules('v2.31', COMMON, APPS)
