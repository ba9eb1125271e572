/** What a stranger would like a page to run. */
export const SCRIPT = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>'
