internal import CXGBoost
internal import Glibc

/// The XGBoost library, loaded once in a process when it is first needed.
struct XGBoostLibrary: Sendable {
  /// Immutable after loading; C functions may be called from any thread.
  let functions: xgboost_functions
  /// `1.7.4`.
  let version: String
  private let release: (major: Int32, minor: Int32)
  /// As the recipe of a model names it: `xgboost 1.7.4`.
  var environment: String { "xgboost \(version)" }

  private static let loaded = Result { () throws(LearningError) in try load(candidates()) }

  /// Throws ``LearningError/noLibrary(tried:reason:)``.
  static func shared() throws(LearningError) -> XGBoostLibrary {
    let library = try loaded.get()
    // The library keeps its settings a thread, and a caller may come from any.
    try library.check(library.functions.XGBSetGlobalConfig("{\"verbosity\": 0}"))
    return library
  }

  /// The path that NIGHTSHIFT_XGBOOST gives, or the names under which the system has it.
  private static func candidates() -> [String] {
    guard let path = getenv("NIGHTSHIFT_XGBOOST").map({ String(cString: $0) }), !path.isEmpty else {
      return ["libxgboost.so.0", "libxgboost.so"]
    }
    return [path]
  }

  /// The first of `names` that can be loaded.
  static func load(_ names: [String]) throws(LearningError) -> XGBoostLibrary {
    var reason = ""
    for name in names {
      guard let library = dlopen(name, RTLD_NOW | RTLD_LOCAL) else {
        reason = dlerror().map { String(cString: $0) } ?? "it cannot be loaded"
        continue
      }
      return try XGBoostLibrary(library, name: name)
    }
    throw .noLibrary(tried: names, reason: reason)
  }

  private init(_ library: UnsafeMutableRawPointer, name: String) throws(LearningError) {
    let table = UnsafeMutablePointer<xgboost_functions>.allocate(capacity: 1)
    defer { table.deallocate() }
    memset(table, 0, MemoryLayout<xgboost_functions>.size)
    if let missing = xgboost_bind(library, table) {
      throw .noLibrary(tried: [name], reason: "it lacks \(String(cString: missing))")
    }
    functions = table.pointee
    var (major, minor, patch) = (Int32(0), Int32(0), Int32(0))
    functions.XGBoostVersion(&major, &minor, &patch)
    version = "\(major).\(minor).\(patch)"
    release = (major, minor)
    guard (major, minor) >= (1, 7) else {
      throw .noLibrary(tried: [name], reason: "it is version \(version), and 1.7 or later is needed")
    }
  }

  /// Whether it is this version or a later one.
  func isAtLeast(_ major: Int32, _ minor: Int32) -> Bool { release >= (major, minor) }

  /// Turns a return code into an error; the library's C++ stack trace is cut off.
  func check(_ code: Int32) throws(LearningError) {
    guard code != 0 else { return }
    let text = functions.XGBGetLastError().map { String(cString: $0) } ?? "unknown error"
    throw .library(Self.message(text))
  }

  /// The sentence in an error of the library: without the stack trace below it, and without the time and the place in
  /// its sources before it (`[12:34:56] ./src/learner.cc:123: Check failed: …`).
  static func message(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) }.map(String.init) ?? text
    let parts = line.split(separator: ": ", maxSplits: 1)
    let isPlace = parts.count == 2 && [".cc:", ".h:", ".cu:"].contains { parts[0].contains($0) }
    return isPlace ? String(parts[1]) : line
  }
}
