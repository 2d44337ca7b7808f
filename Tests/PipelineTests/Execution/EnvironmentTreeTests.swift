import Disk
import Foundation
@testable import Pipeline
import SystemPackage
import Testing

/// What tells whether an environment is as it was made, and what is in it.
@Suite final class EnvironmentTreeTests {
  private let root = FileManager.default.temporaryDirectory.appendingPathComponent("tree-" + UUID().uuidString)
  private let packages = "venv/lib/python3.11/site-packages"

  init() throws {
    try write("\(packages)/numbers/__init__.py", "VALUE = 1\n")
    try write("\(packages)/numbers/__pycache__/__init__.pyc", "code")
    try write("\(packages)/numbers-1.0.dist-info/RECORD", "numbers/__init__.py\n")
    try write("venv/bin/numbers", "#!/here/venv/bin/python\n")
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  private func write(_ path: String, _ text: String) throws {
    let file = root.appendingPathComponent(path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: false, encoding: .utf8)
  }

  private var tree: EnvironmentTree {
    get throws { try EnvironmentTree(FilePath(root.appendingPathComponent("venv").path), Disk()) }
  }

  @Test(
    "a file that comes, goes or is written changes the fingerprint; byte code does not",
    arguments: [
      ("lib/python3.11/site-packages/numbers/more.py", true),
      ("lib/python3.11/site-packages/numbers/__init__.py", true),
      ("bin/other", true), ("lib/python3.11/site-packages/numbers/__pycache__/more.pyc", false),
    ])
  func fingerprint(path: String, changes: Bool) throws {
    let before = try tree
    try write("venv/\(path)", "VALUE = 22\n")
    let after = try tree
    #expect((before.fingerprint != after.fingerprint) == changes)
    #expect(after.written(after: .max).isEmpty)
    if changes { #expect(after.written(after: 0).contains(path)) }
  }

  @Test("the contents are those of the installed files, wherever and whenever they were installed")
  func contents() throws {
    let before = try tree.contents()
    try write("\(packages)/numbers-1.0.dist-info/RECORD", "another list\n")
    try write("venv/bin/numbers", "#!/elsewhere/venv/bin/python\n")
    try write("\(packages)/numbers/__init__.py", "VALUE = 1\n")
    #expect(try tree.contents() == before)
    try write("\(packages)/numbers/__init__.py", "VALUE = 2\n")
    #expect(try tree.contents() != before)
  }

  @Test(
    "a Python is known by its name",
    arguments: [("python3", true), ("/usr/bin/python3.11", true), ("python", true), ("pythonic", false), ("sh", false)])
  func names(program: String, isPython: Bool) { #expect(PythonPackages.isPython(program) == isPython) }
}
