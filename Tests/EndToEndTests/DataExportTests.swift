import Foundation
import Testing

@Suite struct DataExportTests {
  let site: SiteFixture

  init() throws {
    site = try SiteFixture()
    for (path, text) in [
      "keep.txt": "kept\n", "rows.txt": "1\n", "old/moved.txt": "moved\n", "gone.txt": "gone\n",
      "run.sh": "#!/bin/sh\n",
    ] {
      try site.write("data/\(path)", text)
    }
    try #require(try site.run("data", "add", "data", "--as", "d").status == 0)
  }

  @Test(
    "GNU tar and unzip give back what was added",
    arguments: [
      ("tar", "tar xf - -C out"), ("tar.gz", "tar xzf - -C out"), ("tar.xz", "tar xJf - -C out"),
      ("tar.zst", "zstd -dc | tar xf - -C out"), ("tar.lz4", "lz4 -dc | tar xf - -C out"),
      ("zip", "cat > in.zip; unzip -q in.zip -d out"),
    ])
  func unpacks(format: String, command: String) throws {
    let answer = try site.run("data", "export", "d@v1", "d.\(format)")
    #expect(answer.status == 0 && answer.output.isEmpty && answer.errors.isEmpty)
    let program = command.split(separator: " ")[format == "zip" ? 3 : 0]
    guard try site.shell("command -v \(program)").status == 0 else { return }
    #expect(try site.shell("mkdir out; (\(command)) < d.\(format) && diff -r out data").status == 0)
  }

  @Test(
    "a full disk behind standard output is said, a reader who wanted no more is not",
    arguments: ["data list --json", "data list", "store check --json", "schema"])
  func fullOutput(command: String) throws {
    let full = try site.shell("\"$1\" \(command) > /dev/full", SiteFixture.tool)
    #expect(full.status == 74)
    #expect(full.errors == "nightshift: standard output: cannot write: the disk is full\n")
    let line = "trap '' PIPE; (sleep 0.3; \"$1\" \(command); echo $? >&2) | true"
    let closed = try site.shell(line, SiteFixture.tool)
    #expect(closed.errors == "0\n")
  }

  @Test("standard output gets the bytes that a file gets, and a format must be said", arguments: ["tar", "zip"])
  func standardOutput(format: String) throws {
    #expect(try site.run("data", "export", "d@v1", "d.\(format)").status == 0)
    let shell = "\"$1\" data export d@v1 - --format \(format) | cmp - d.\(format)"
    #expect(try site.shell(shell, SiteFixture.tool).status == 0)
    #expect(try site.shell("\"$1\" data export d@v1 - --format \(format) > /dev/full", SiteFixture.tool).status == 74)
    for file in ["-", "d.rar", "tar"] { #expect(try site.run("data", "export", "d@v1", file).status == 64) }
    #expect(try site.run("data", "export", "d@v1", "none/d.tar").status == 74)
    #expect(try site.run("data", "export", "d@v1", "/dev/null", "--format", "tar").status == 74)
    #expect(try site.run("model", "export", "d@v1", "d.tar").status == 64)
  }
}
