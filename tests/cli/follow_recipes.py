"""follow_recipes.py HACKING TREE: does in the tree what the recipes of HACKING say.

A step is a line `    in FILE, behind|before|instead of "TEXT":` or `    new file FILE:`, and the code
below it, which is indented by eight blanks.  The text is in the file once; `behind` and `before` are
the lines before and after which the code goes, to the end of the statement or row.
"""
import os
import re
import sys

STEP = re.compile(r'    (?:in (\S+), (behind|before|instead of) "(.*)"|new file (\S+)):$')


def steps(lines):
    found = None
    for line in lines + ["end"]:
        match = STEP.match(line)
        if found and not match and (not line or line.startswith(" " * 8)):
            found[1].append(line[8:])
            continue
        if found:
            yield found[0], "\n".join(found[1]).strip("\n")
        found = (match.groups(), []) if match else None


def insert(text, place, anchor, code):
    if text.count(anchor) != 1:
        sys.exit(f'"{anchor}" is there {text.count(anchor)} times')
    at = text.index(anchor)
    if place == "instead of":
        return text.replace(anchor, code)
    if place == "before":
        at = text.rindex("\n", 0, at) + 1
    else:
        at = text.index("\n", at) + 1
        first = text[text.rindex("\n", 0, at - 1) + 1 : at]
        while not first.rstrip().endswith((";", "{", "},", ".c")):  # a row or statement of several lines
            end = text.index("\n", at) + 1
            first, at = text[at:end], end
    return text[:at] + code + "\n" + text[at:]


def main(recipes, tree):
    count = 0
    with open(recipes) as file:
        lines = file.read().split("\n")
    for (path, place, anchor, new), code in steps(lines):
        name = os.path.join(tree, path or new)
        if new:
            text = code + "\n"
        else:
            with open(name) as file:
                text = insert(file.read(), place, anchor, code)
        with open(name, "w") as file:
            file.write(text)
        count += 1
    print(count)


main(*sys.argv[1:])
