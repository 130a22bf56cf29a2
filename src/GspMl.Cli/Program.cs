using GspMl.Cli;
using GspMl.Cli.Shell;

using var interruption = new Interruption(TimeSpan.FromSeconds(2), Environment.Exit);
return await Gspml.RunAsync(args, Console.Out, Console.Error, interruption.Token);
