import { useEffect, useState } from 'react'
import { api, usualMaxFile } from '../api.ts'

/** Bytes of the largest file the server takes; nothing until it has said so. */
export function useMost(): number | undefined {
  const [most, setMost] = useState<number>()
  useEffect(() => void api.config().then(({ maxFile }) => setMost(maxFile), () => setMost(usualMaxFile)), [])
  return most
}
