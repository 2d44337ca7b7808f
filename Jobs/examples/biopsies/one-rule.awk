NR == 1 { print "score"; next }
# A lone missing value comes as NA.
{ print $1 == "NA" ? 0.5 : 1 / (1 + exp(threshold - $1)) }
