@testable import Pipeline
import Testing

@Suite struct StepEnvironmentTests {
  @Test("a step gets what is on the list and what is its own, which wins")
  func allowList() {
    let parent = [
      "PATH": "/bin", "HOME": "/h", "LC_TIME": "C", "AWS_SECRET_ACCESS_KEY": "x", "LD_PRELOAD": "y", "TMPDIR": "/t",
    ]
    let variables = StepEnvironment.variables(["HOME=/own", "A=1"]) { parent[$0] }
    #expect(variables == ["PATH=/bin", "LC_TIME=C", "HOME=/own", "A=1"])
  }

  @Test("there is always a PATH")
  func path() { #expect(StepEnvironment.variables([]) { _ in nil }.contains { $0.hasPrefix("PATH=/") }) }

  @Test(
    "a program is looked for in absolute folders alone, and only as a name",
    arguments: [
      ("sh", "/usr/bin:/bin", "/usr/bin/sh"), ("sh", ".:bin:/bin", "/bin/sh"), ("sh", "", nil), ("", "/bin", nil),
      ("../bin/sh", "/bin", nil), ("no-such-program", "/bin", nil), ("bin", "/usr", nil),
    ] as [(String, String, String?)])
  func programs(name: String, path: String, found: String?) { #expect(Executable.find(name, path: path) == found) }
}
