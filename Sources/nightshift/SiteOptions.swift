internal import ArgumentParser
internal import Disk
internal import Glibc
internal import Pipeline
internal import Spool
internal import SystemPackage

/// `--site`, which every verb takes.
struct SiteOptions: ParsableArguments {
  @Option(
    help: "The site's folder. Default: NIGHTSHIFT_SITE, or the nearest folder upwards with nightshift.yaml.",
    completion: .directory)
  var site: String?

  func open() throws -> Site {
    let disk = Disk()
    if let named = site ?? getenv("NIGHTSHIFT_SITE").map({ String(cString: $0) }), !named.isEmpty {
      return try Site(at: absolute(named), disk: disk)
    }
    return try Site(at: try Site.find(from: absolute("."), disk: disk), disk: disk)
  }
}

struct JSONOption: ParsableArguments {
  @Flag(help: "Print JSON for machines.")
  var json = false
}

/// A path as the kernel would find it from here, without `.` and `..`.
func absolute(_ path: String) -> FilePath {
  var current = [CChar](repeating: 0, count: 4097)
  let folder =
    path.hasPrefix("/") || getcwd(&current, 4096) == nil
    ? "" : String(decoding: current.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  return FilePath(folder.isEmpty ? path : folder + "/" + path).lexicallyNormalized()
}

/// The user's name, for records.
func userName() -> String { UserName.of(getuid()) }
