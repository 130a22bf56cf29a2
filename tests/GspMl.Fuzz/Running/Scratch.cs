namespace GspMl.Fuzz.Running;

/// <summary>A new folder for the files of cases: in memory where the system has such a place.</summary>
internal static class Scratch
{
    private const string Memory = "/dev/shm";

    public static string Make()
    {
        var parent = Directory.Exists(Memory) ? Memory : Path.GetTempPath();
        return Directory.CreateDirectory(Path.Combine(parent, $"gspml-fuzz-{Guid.NewGuid():N}")).FullName;
    }
}
