#!/bin/sh
# An agent that prints lines until FOLDER/stop is there: flooding-agent.sh FOLDER BYTES_A_SECOND
cat >/dev/null
echo started >>"$1/started"
perl -e '
  my ($stop, $rate) = @ARGV;
  $| = 1;
  my $line = ("a line of an agent that tells too much " x 2) . "\n";
  my $piece = $line x ($rate / 10 / length $line);
  until (-e $stop) { print $piece; select undef, undef, undef, 0.1 }
' "$1/stop" "$2"
echo "The work of $AGENT_ID" >"$AGENT_ID.txt"
