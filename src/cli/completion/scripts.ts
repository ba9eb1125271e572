/** What asks us for a word: the words before the cursor follow `--`, the word at the cursor is `--current`. */
export const SUGGEST = 'suggest'

/** Said in place of words where the shell is to complete a path. */
export const FILES = ':files'

/**
 * Bash breaks words at `:` and `=`, too, as models have them; what it takes for the beginning of the word is cut off the answers.
 * As old as that of macOS (3.2).
 */
const bash = `_opencode_bridge() {
  local line cur cut before words
  COMPREPLY=()
  before="\${COMP_LINE:0:COMP_POINT}"
  cur="\${before##*[[:space:]]}"
  IFS=$' \\t\\n' read -r -a words <<<"\${before%"$cur"}"
  cut="\${cur%"\${cur##*[:=]}"}"
  while IFS= read -r line; do
    line="\${line%%$'\\t'*}"
    if [ "$line" = '${FILES}' ]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "\${cur##*=}")
      return
    fi
    COMPREPLY+=("\${line#"$cut"}")
  done < <("\${words[0]}" completion ${SUGGEST} --current="$cur" -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _opencode_bridge opencode-bridge ocb
`

const zsh = `#compdef opencode-bridge ocb
_opencode_bridge() {
  local line value
  local -a replies values
  replies=("\${(@f)$("\${words[1]}" completion ${SUGGEST} --current="\${(Q)words[CURRENT]}" -- "\${(@Q)words[2,CURRENT-1]}" 2>/dev/null)}")
  if [[ "$replies[1]" == '${FILES}' ]]; then
    _files
    return
  fi
  for line in $replies; do
    value="\${line%%$'\\t'*}"
    if [[ "$line" == *$'\\t'* ]]; then values+=("\${value//:/\\\\:}:\${line#*$'\\t'}"); else values+=("\${value//:/\\\\:}"); fi
  done
  _describe 'opencode-bridge' values
}
if [ "$funcstack[1]" = _opencode_bridge ]; then _opencode_bridge "$@"; else compdef _opencode_bridge opencode-bridge ocb; fi
`

const fish = `function __opencode_bridge_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l replies ($words[1] completion ${SUGGEST} --current=$current -- $words[2..-1] 2>/dev/null)
    if test "$replies[1]" = '${FILES}'
        __fish_complete_path $current
    else
        printf '%s\\n' $replies
    end
end
complete -c opencode-bridge -f -a '(__opencode_bridge_complete)'
complete -c ocb -f -a '(__opencode_bridge_complete)'
`

const powershell = `Register-ArgumentCompleter -Native -CommandName opencode-bridge, ocb -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  $rest = @($words | Select-Object -Skip 1)
  & $words[0] completion ${SUGGEST} "--current=$wordToComplete" '--' @rest 2>$null | Where-Object { $_ -ne '${FILES}' } | ForEach-Object {
    $value, $description = $_ -split "\`t", 2
    if (-not $description) { $description = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $description)
  }
}
`

/** What a shell has to read for words of ours to be completed, by its name. */
export const scripts: Record<string, string> = { bash, zsh, fish, powershell }
