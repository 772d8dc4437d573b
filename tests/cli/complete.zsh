# complete.zsh DIRECTORY LINE...: types each line and a tab into a zsh that has found the completion
# file in that directory, and prints what then stands in the line.
zmodload zsh/zpty || exit 77
typeset -r directory=$1 file=$(mktemp)
shift
zpty shell "TERM=dumb zsh -f -i +o prompt_cr"
zpty -w shell "PS1= PS2=; unsetopt beep; fpath=($directory \$fpath); autoload -Uz compinit; compinit -D -u"
zpty -w shell "show() { print -r -- \"\$BUFFER|\" >$file; BUFFER= }; zle -N show; bindkey '^X^X' show"
for line in "$@"; do
    : >$file
    zpty -w -n shell "$line"$'\t\x18\x18'
    for ((i = 0; i < 100; i++)); do
        [[ -s $file ]] && break
        sleep 0.1
    done
    cat $file
done
zpty -d shell
rm -f $file
