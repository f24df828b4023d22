import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { must } from '../shared/assert.ts'
import { takeAddress } from './address.ts'
import { App } from './App.tsx'
import { applyTheme } from './ui/theme-choice.ts'
import './theme/base.css'

applyTheme()
// First of all: a link's secret leaves the address bar before anything else runs that could see it.
const address = takeAddress()
createRoot(must(document.getElementById('root'), 'The page has no root')).render(
  <StrictMode>
    <App address={address} />
  </StrictMode>,
)
