NR == 1 { print "score"; next }
# A missing value that is alone in its row comes as two quotes.
{ print $1 == "\"\"" ? 0.5 : 1 / (1 + exp(threshold - $1)) }
