"""`python -m zhengpu` is `zhengpu`."""

from zhengpu.cli import main

main()
