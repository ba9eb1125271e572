import { render } from 'preact'
import { App } from './shell/app.tsx'
import { connect } from './live/connection.ts'
import { followTheme } from './shell/theme.ts'

followTheme()
connect()
render(<App />, document.getElementById('app')!)
