import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { must } from '../shared/assert.ts'
import { takeAddress } from './address.ts'
import { App } from './App.tsx'
import { applyTheme } from './ui/theme-choice.ts'
import './theme/base.css'

applyTheme()
const root = createRoot(must(document.getElementById('root'), 'The page has no root'))
let visits = 0
const show = (): void => {
  // First of all: a link's secret leaves the address bar before anything else runs that could see it.
  const address = takeAddress()
  // Another link is another way in; another place is the same page further on.
  if ('secret' in address && address.secret !== undefined) visits++
  root.render(
    <StrictMode>
      <App key={visits} address={address} />
    </StrictMode>,
  )
}
show()
// A link pasted over the address of its own board changes only what stands behind the #, and loads nothing anew.
addEventListener('hashchange', show)
