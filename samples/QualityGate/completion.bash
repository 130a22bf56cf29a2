# Completes gspml by asking it.
_gspml() {
    local line=${COMP_LINE:0:$COMP_POINT}
    COMPREPLY=($(compgen -W "$(gspml "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _gspml gspml
