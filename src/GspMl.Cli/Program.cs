using GspMl.Cli;
using GspMl.Cli.Guarding;
using GspMl.Cli.Shell;
using GspMl.Onnx.Files;

Console.SetError(new LenientWriter(Console.Error));
// The guard stays on this thread, which the process that it starts ends with.
if (GuardedRun.IsWanted(args)) return new GuardedRun(args).Run(Console.Error);
if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable(GuardedRun.Mark) is not null) LibC.DieWithParent();
MemoryLimit.Apply(args);
using var interruption = new Interruption(TimeSpan.FromSeconds(2), Environment.Exit);
return Gspml.RunAsync(args, Console.Out, Console.Error, interruption.Token).GetAwaiter().GetResult();
