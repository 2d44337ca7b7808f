import Foundation
import Testing

/// A site in a folder of a test's own, and the built tool to work it with.
final class SiteFixture: Sendable {
  let root: URL
  /// What goes when the test has ended: the root, or the folder around it.
  private let folder: URL

  struct Answer {
    var status: Int32
    var output: String
    var errors: String
  }

  /// - Parameter name: of its folder, which is the site's; none matters to most.
  init(named name: String? = nil) throws {
    let own = FileManager.default.temporaryDirectory.appendingPathComponent("nightshift-site-" + UUID().uuidString)
    folder = own
    root = name.map { own.appendingPathComponent($0) } ?? own
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    try #require(try run("init", root.path).status == 0)
    try write("nightshift.yaml", "settle: 0s\n")
  }

  deinit {
    // Read-only folders of checkouts are made writable first.
    _ = try? Self.start("/bin/chmod", ["-R", "u+w", folder.path], folder)
    try? FileManager.default.removeItem(at: folder)
  }

  /// NIGHTSHIFT_TOOL, or the tool that was built beside the tests.
  static var tool: String {
    ProcessInfo.processInfo.environment["NIGHTSHIFT_TOOL"]
      ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("nightshift")
      .path
  }

  @discardableResult
  func run(_ arguments: String...) throws -> Answer { try run(arguments) }

  func run(_ arguments: [String]) throws -> Answer { try Self.start(Self.tool, arguments, root) }

  /// Runs a line of shell in the site's folder; its arguments are `$1` and so on.
  func shell(_ line: String, _ arguments: String...) throws -> Answer {
    try Self.start("/bin/sh", ["-c", line, "sh"] + arguments, root)
  }

  func write(_ path: String, _ text: String) throws {
    let file = root.appendingPathComponent(path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  func read(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// Files below a folder, sorted.
  func files(_ folder: String) -> [String] {
    let all =
      FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)?.allObjects as? [String] ?? []
    return all.filter {
      (try? FileManager.default.attributesOfItem(atPath: root.appendingPathComponent(folder + "/" + $0).path)[.type])
        as? FileAttributeType == .typeRegular
    }.sorted()
  }

  /// Runs any program in `folder` to its end.
  static func start(_ program: String, _ arguments: [String], _ folder: URL) throws -> Answer {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "NIGHTSHIFT_SITE" }
    let (output, errors) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, errors)
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let complaints = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Answer(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: complaints, as: UTF8.self))
  }
}

/// A CSV whose target depends on its features: the same each time.
func flights(_ count: Int, seed: UInt64 = 1, start: Int = 0) -> String {
  var state = seed
  func next(_ bound: UInt64) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % bound)
  }
  var text = "time,carrier,distance,delay\n"
  for row in 0..<count {
    let (carrier, distance) = (["UA", "AA", "B6"][next(3)], 100 + next(2000))
    let delay = (carrier == "AA" ? 20 : 0) + distance / 100 + next(20)
    let minute = start + row
    text +=
      "2013-01-\(10 + minute / 1440)T\(10 + minute / 60 % 12):\(10 + minute % 50):00Z,\(carrier),\(distance),\(next(20) == 0 ? "NA" : "\(delay)")\n"
  }
  return text
}
