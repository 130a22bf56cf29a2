using GspMl.Onnx.Files;

namespace GspMl.Onnx.Tests.Files;

/// <summary>
/// A disk whose process is killed before its n-th step: that step does nothing, or half of it where it writes, and all that would come
/// after, cleaning up included, does nothing either. What is on the disk then is what a killed process leaves.
/// </summary>
internal sealed class KilledDisk(int step, bool hasLinks = true) : Disk
{
    private int steps;

    /// <summary>Whether the run came to its n-th step.</summary>
    public bool IsKilled => steps >= step;

    /// <summary>Runs something at every step of it, until it comes to its end.</summary>
    /// <param name="run">What writes to the disk.</param>
    /// <param name="look">Looks at what a kill left; is told before which step it was.</param>
    /// <param name="hasLinks">Whether the disk knows links.</param>
    /// <returns>The number of steps.</returns>
    public static int AtEachStep(Action<Disk> run, Action<int> look, bool hasLinks = true)
    {
        for (var step = 1; ; step++)
        {
            var disk = new KilledDisk(step, hasLinks);
            try
            {
                run(disk);
                Assert.False(disk.IsKilled, "a run goes on after its process was killed");
                return step - 1;
            }
            catch (KilledException)
            {
                look(step);
            }
        }
    }

    public override FileStream OpenLock(string path) => Step(() => base.OpenLock(path));

    public override void Append(FileStream file, ReadOnlySpan<byte> bytes)
    {
        var copy = bytes.ToArray();
        Step(() => base.Append(file, copy));
    }

    public override void Write(string path, FileStatus? access, bool isDurable, Action<Stream> write)
        => Step(() => base.Write(path, access, isDurable, stream => write(new KilledStream(this, stream))));

    public override void Move(string from, string to) => Step(() => base.Move(from, to));

    public override void Delete(string path) => Step(() => base.Delete(path));

    public override void CreateFolder(string path) => Step(() => base.CreateFolder(path));

    public override void DeleteFolder(string path) => Step(() => base.DeleteFolder(path));

    public override void LinkSymbolically(string path, string target) => Step(() => Linked(() => base.LinkSymbolically(path, target)));

    public override void Link(string existing, string path) => Step(() => Linked(() => base.Link(existing, path)));

    private void Linked(Action link)
    {
        if (!hasLinks) throw new IOException("no links here");
        link();
    }

    private void Step(Action action) => Step(() =>
    {
        action();
        return true;
    });

    private T Step<T>(Func<T> action)
    {
        if (steps < step) steps++;
        return IsKilled ? throw new KilledException() : action();
    }

    private sealed class KilledException : Exception;

    private sealed class KilledStream(KilledDisk disk, Stream stream) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            var bytes = buffer.ToArray();
            try
            {
                disk.Step(() => stream.Write(bytes));
            }
            catch (KilledException)
            {
                stream.Write(bytes.AsSpan(0, bytes.Length / 2));
                throw;
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    }
}
