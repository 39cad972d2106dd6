# How RubyGems orders the pairs of standard input, "A<tab>B" a line: <, =, > or ? a line.
$stdin.each_line(chomp: true) do |line|
  a, b = line.split("\t")
  begin
    puts({ -1 => "<", 0 => "=", 1 => ">" }[Gem::Version.new(a) <=> Gem::Version.new(b)])
  rescue ArgumentError
    puts "?"
  end
end
