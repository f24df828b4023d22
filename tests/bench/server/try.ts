import { fanOut } from './fan-out.ts'
import { pinLoad } from './machine.ts'
import { peers } from './peers.ts'
pinLoad()
for (const peer of peers) {
  if (process.argv[3] && !peer.name.includes(process.argv[3])) continue
  console.log(peer.name, JSON.stringify(await fanOut(peer, { rooms: 1, people: Number(process.argv[2] ?? 50), rate: 10, points: true, seconds: 3 })))
}
