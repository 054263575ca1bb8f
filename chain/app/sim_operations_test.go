package app_test

import (
	"fmt"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdktx "github.com/cosmos/cosmos-sdk/types/tx"

	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
)

// operation makes a message that the state might allow, and says who signs it; nil where there is nothing to act on.
type operation func(w *walk) (actor, sdk.Msg)

// operations have one for each message of our modules, by its name. What only a council can send is proposed by one.
var operations = map[string]operation{
	"admission.v1.MsgUpdateParams": func(w *walk) (actor, sdk.Msg) {
		params := w.admissionParams()
		params.MaxNoncesPerSecond = 100 + w.random.Uint32N(3_000)
		params.Devices.TxsPerMinute = 60 + w.random.Uint32N(60)
		return w.governor(), &admissionv1.MsgUpdateParams{Authority: w.governor().String(), Params: params}
	},
	"admission.v1.MsgPause": func(w *walk) (actor, sdk.Msg) {
		return w.governor(), &admissionv1.MsgPause{Authority: w.governor().String(), TypeUrls: []string{pick(w, pausable)}}
	},
	"admission.v1.MsgResume": func(w *walk) (actor, sdk.Msg) {
		return w.governor(), &admissionv1.MsgResume{Authority: w.governor().String(), TypeUrls: []string{pick(w, pausable)}}
	},
	"workgroup.v1.MsgUpdateParams": func(w *walk) (actor, sdk.Msg) {
		params := workgrouptypes.DefaultParams()
		params.WaitingTtl = w.hours(1, 72)
		return w.governor(), &workgroupv1.MsgUpdateParams{Authority: w.governor().String(), Params: params}
	},
	"workgroup.v1.MsgAddCreator": func(w *walk) (actor, sdk.Msg) {
		return w.governor(), addCreator(w.governor(), pick(w, w.people))
	},
	"workgroup.v1.MsgRemoveCreator": func(w *walk) (actor, sdk.Msg) {
		return w.governor(), &workgroupv1.MsgRemoveCreator{Authority: w.governor().String(), Creator: pick(w, w.people).String()}
	},
	"workgroup.v1.MsgCreateGroup": func(w *walk) (actor, sdk.Msg) {
		if who := pick(w, w.people); len(w.groups) < 4 || w.one(8) {
			return who, &workgroupv1.MsgCreateGroup{Creator: who.String(), Name: w.name("group")}
		}
		return actor{}, nil
	},
	"workgroup.v1.MsgUpdateGroup": func(w *walk) (actor, sdk.Msg) {
		return w.inGroup(func(group uint64, lead actor) sdk.Msg {
			return &workgroupv1.MsgUpdateGroup{
				Authority: lead.String(), GroupId: group, Metadata: w.name("note"), Publishers: []string{pick(w, w.people).String()}, Operators: []string{pick(w, w.people).String()},
			}
		})
	},
	"workgroup.v1.MsgProposeAuthority": func(w *walk) (actor, sdk.Msg) {
		return w.inGroup(func(group uint64, lead actor) sdk.Msg {
			return &workgroupv1.MsgProposeAuthority{Authority: lead.String(), GroupId: group, NewAuthority: pick(w, w.people).String()}
		})
	},
	"workgroup.v1.MsgAcceptAuthority": func(w *walk) (actor, sdk.Msg) {
		group, found := pickFrom(w, w.groups)
		if !found {
			return actor{}, nil
		}
		stored, err := w.app.WorkgroupKeeper.Group(w.ctx(), group)
		w.check(err)
		who, known := w.actors[stored.PendingAuthority]
		if !known {
			return actor{}, nil
		}
		return who, &workgroupv1.MsgAcceptAuthority{Authority: who.String(), GroupId: group}
	},
	"workgroup.v1.MsgCloseGroup": func(w *walk) (actor, sdk.Msg) {
		// The newest ones are empty more often; the first stays.
		if len(w.groups) < 2 || !w.one(4) {
			return actor{}, nil
		}
		group := w.groups[len(w.groups)-1]
		return w.leadOf(group), &workgroupv1.MsgCloseGroup{Authority: w.leadOf(group).String(), GroupId: group}
	},
	"workgroup.v1.MsgCreateTicket": func(w *walk) (actor, sdk.Msg) {
		return w.inGroup(func(group uint64, lead actor) sdk.Msg {
			key := w.machine("ticket")
			msg := w.ticketMsg(group, key, 1+w.random.Uint32N(5), w.one(2), pick(w, tags))
			msg.Authority, msg.Ttl = lead.String(), w.hours(1, 48)
			w.tickets = append(w.tickets, key)
			return msg
		})
	},
	"workgroup.v1.MsgRevokeTicket": func(w *walk) (actor, sdk.Msg) {
		ticket, found := w.ticketRecord()
		if !found || !w.one(3) {
			return actor{}, nil
		}
		lead := w.leadOf(ticket.GroupId)
		return lead, &workgroupv1.MsgRevokeTicket{Authority: lead.String(), TicketId: ticket.Id}
	},
	"workgroup.v1.MsgJoin": func(w *walk) (actor, sdk.Msg) {
		ticket, found := w.ticketRecord()
		if !found {
			return actor{}, nil
		}
		key := w.machine("device")
		w.devices = append(w.devices, key)
		return w.actors[ticket.Address], w.joinMsg(ticket.GroupId, w.actors[ticket.Address], key, workgroupv1.DeviceInfo{Platform: "linux/amd64"})
	},
	"workgroup.v1.MsgAdmitDevice": func(w *walk) (actor, sdk.Msg) {
		return w.inGroup(func(group uint64, lead actor) sdk.Msg {
			key := w.machine("device")
			w.devices = append(w.devices, key)
			return &workgroupv1.MsgAdmitDevice{
				Authority: lead.String(), GroupId: group, PubKey: key.pubKey(), Tags: []string{pick(w, tags)},
				Proof: key.sign(w.t, workgrouptypes.AdmitProofText(testChainID, group, key.pubKey())),
			}
		})
	},
	"workgroup.v1.MsgApproveDevice": func(w *walk) (actor, sdk.Msg) {
		return w.onDevice(workgroupv1.DeviceStatus_DEVICE_STATUS_PENDING, func(device, lead string) sdk.Msg {
			return &workgroupv1.MsgApproveDevice{Authority: lead, Device: device}
		})
	},
	"workgroup.v1.MsgRejectDevice": func(w *walk) (actor, sdk.Msg) {
		if !w.one(3) {
			return actor{}, nil
		}
		return w.onDevice(workgroupv1.DeviceStatus_DEVICE_STATUS_PENDING, func(device, lead string) sdk.Msg {
			return &workgroupv1.MsgRejectDevice{Authority: lead, Device: device}
		})
	},
	"workgroup.v1.MsgUpdateDevice": func(w *walk) (actor, sdk.Msg) {
		return w.onDevice(workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED, func(device, lead string) sdk.Msg {
			return &workgroupv1.MsgUpdateDevice{Authority: lead, Device: device, Name: w.name("box"), Tags: []string{pick(w, tags)}}
		})
	},
	"workgroup.v1.MsgCordonDevice": func(w *walk) (actor, sdk.Msg) {
		return w.onDevice(workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED, func(device, lead string) sdk.Msg {
			return &workgroupv1.MsgCordonDevice{Authority: lead, Device: device}
		})
	},
	"workgroup.v1.MsgUncordonDevice": func(w *walk) (actor, sdk.Msg) {
		return w.onDevice(workgroupv1.DeviceStatus_DEVICE_STATUS_CORDONED, func(device, lead string) sdk.Msg {
			return &workgroupv1.MsgUncordonDevice{Authority: lead, Device: device}
		})
	},
	"workgroup.v1.MsgRevokeDevice": func(w *walk) (actor, sdk.Msg) {
		if !w.one(4) {
			return actor{}, nil
		}
		return w.onDevice(workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED, func(device, lead string) sdk.Msg {
			return &workgroupv1.MsgRevokeDevice{Authority: lead, Device: device}
		})
	},
	"workgroup.v1.MsgAnnounceDevice": func(w *walk) (actor, sdk.Msg) {
		return w.asDevice(func(device actor) sdk.Msg {
			return &workgroupv1.MsgAnnounceDevice{Device: device.String(), Info: workgroupv1.DeviceInfo{
				Platform: "linux/arm64", AgentVersion: w.name("v"), AgeRecipient: "age1pq1" + device.String()[8:],
			}}
		})
	},
	"workgroup.v1.MsgSetRecipient": func(w *walk) (actor, sdk.Msg) {
		return w.inGroup(func(_ uint64, lead actor) sdk.Msg {
			return &workgroupv1.MsgSetRecipient{Address: lead.String(), AgeRecipient: "age1" + w.name("key")}
		})
	},
	"workload.v1.MsgUpdateParams": func(w *walk) (actor, sdk.Msg) {
		params, err := w.app.WorkloadKeeper.Params(w.ctx())
		w.check(err)
		params.StagedTtl = w.hours(24, 400)
		return w.governor(), &workloadv1.MsgUpdateParams{Authority: w.governor().String(), Params: params}
	},
	"workload.v1.MsgPublishBlob": func(w *walk) (actor, sdk.Msg) {
		return w.inGroup(func(group uint64, lead actor) sdk.Msg {
			return &workloadv1.MsgPublishBlob{Publisher: lead.String(), GroupId: group, Content: []byte(w.name("blob"))}
		})
	},
	"workload.v1.MsgPublishSpec": func(w *walk) (actor, sdk.Msg) {
		return w.inGroup(func(group uint64, lead actor) sdk.Msg {
			content := w.name("spec")
			_, hash := hashOf(content)
			w.specs[group] = append(w.specs[group], hash)
			return &workloadv1.MsgPublishSpec{Publisher: lead.String(), GroupId: group, Name: "app", Content: []byte(content)}
		})
	},
	"workload.v1.MsgRetireSpec": func(w *walk) (actor, sdk.Msg) {
		return w.inGroup(func(group uint64, lead actor) sdk.Msg {
			specs := w.specs[group]
			if len(specs) == 0 || !w.one(2) {
				return nil
			}
			// The newest one is seldom in use.
			return &workloadv1.MsgRetireSpec{Authority: lead.String(), GroupId: group, Hash: specs[len(specs)-1]}
		})
	},
	"workload.v1.MsgPutSecret": func(w *walk) (actor, sdk.Msg) {
		return w.inGroup(func(group uint64, lead actor) sdk.Msg {
			name := pick(w, []string{"shop/DB", "shop/KEY", "lone"})
			version := uint64(1)
			for ; ; version++ {
				if _, found := w.secret(group, name, version); !found {
					break
				}
			}
			msg := w.putMsg(group, name, version, 1)
			msg.Publisher = lead.String()
			return msg
		})
	},
	"workload.v1.MsgGrantSecret": func(w *walk) (actor, sdk.Msg) {
		return w.inGroup(func(group uint64, lead actor) sdk.Msg {
			// To a device that may hold the deployment shop, or to the authority itself.
			recipient := lead
			if device, found := w.deviceIn(workgroupv1.DeviceStatus_DEVICE_STATUS_APPROVED); found && device.GroupId == group && w.one(2) {
				recipient = w.actors[device.Address]
			}
			msg := w.grantMsg(group, pick(w, []string{"shop", "lone"}), 1, recipient)
			msg.Sender = lead.String()
			return msg
		})
	},
	"workload.v1.MsgRemoveSecret": func(w *walk) (actor, sdk.Msg) {
		if !w.one(3) {
			return actor{}, nil
		}
		return w.inGroup(func(group uint64, lead actor) sdk.Msg {
			return &workloadv1.MsgRemoveSecret{Authority: lead.String(), GroupId: group, Name: pick(w, []string{"shop/DB", "shop/KEY", "lone"})}
		})
	},
	"workload.v1.MsgCreateDeployment": func(w *walk) (actor, sdk.Msg) {
		return w.withSpec(func(group uint64, lead, spec string) sdk.Msg {
			return &workloadv1.MsgCreateDeployment{
				Authority: lead, GroupId: group, Name: pick(w, []string{"shop", "app", "web", w.name("d")}), SpecHash: spec, Placement: w.placement(group),
				Rollout: w.rollout(), InheritOfflinePolicy: true, MoveWhenUnreachable: w.one(2),
			}
		})
	},
	"workload.v1.MsgUpdateDeployment": func(w *walk) (actor, sdk.Msg) {
		return w.onDeployment(func(d workloadv1.Deployment, lead string) sdk.Msg {
			specs := w.specs[d.GroupId]
			return &workloadv1.MsgUpdateDeployment{
				Authority: lead, DeploymentId: d.Id, ExpectedRevision: d.Revision, SpecHash: pick(w, append([]string{d.SpecHash}, specs...)),
				Placement: w.placement(d.GroupId), Rollout: w.rollout(), InheritOfflinePolicy: true, Restart: w.one(3), MoveWhenUnreachable: w.one(2),
			}
		})
	},
	"workload.v1.MsgPauseDeployment": func(w *walk) (actor, sdk.Msg) {
		return w.onDeployment(func(d workloadv1.Deployment, lead string) sdk.Msg {
			return &workloadv1.MsgPauseDeployment{Authority: lead, DeploymentId: d.Id, ExpectedRevision: d.Revision}
		})
	},
	"workload.v1.MsgResumeDeployment": func(w *walk) (actor, sdk.Msg) {
		return w.onDeployment(func(d workloadv1.Deployment, lead string) sdk.Msg {
			return &workloadv1.MsgResumeDeployment{Authority: lead, DeploymentId: d.Id, ExpectedRevision: d.Revision}
		})
	},
	"workload.v1.MsgRollbackDeployment": func(w *walk) (actor, sdk.Msg) {
		return w.onDeployment(func(d workloadv1.Deployment, lead string) sdk.Msg {
			return &workloadv1.MsgRollbackDeployment{Authority: lead, DeploymentId: d.Id, ExpectedRevision: d.Revision, ToRevision: max(d.Revision, 2) - 1}
		})
	},
	"workload.v1.MsgRemoveDeployment": func(w *walk) (actor, sdk.Msg) {
		if !w.one(4) {
			return actor{}, nil
		}
		return w.onDeployment(func(d workloadv1.Deployment, lead string) sdk.Msg {
			return &workloadv1.MsgRemoveDeployment{Authority: lead, DeploymentId: d.Id, ExpectedRevision: d.Revision}
		})
	},
	"workload.v1.MsgClaimEpoch": func(w *walk) (actor, sdk.Msg) {
		return w.asDevice(func(device actor) sdk.Msg {
			return &workloadv1.MsgClaimEpoch{Device: device.String(), Epoch: w.leaseOf(device).Epoch + 1, Instance: w.name("boot")}
		})
	},
	"workload.v1.MsgReport": func(w *walk) (actor, sdk.Msg) {
		return w.asDevice(func(device actor) sdk.Msg {
			assignments := w.manifestOf(device).Assignments
			if len(assignments) == 0 {
				return nil
			}
			lease, assignment := w.leaseOf(device), pick(w, assignments)
			state := pick(w, []workloadv1.ReportState{
				workloadv1.ReportState_REPORT_STATE_HEALTHY, workloadv1.ReportState_REPORT_STATE_HEALTHY, workloadv1.ReportState_REPORT_STATE_STARTING,
				workloadv1.ReportState_REPORT_STATE_FAILED, workloadv1.ReportState_REPORT_STATE_STOPPED,
			})
			return &workloadv1.MsgReport{Device: device.String(), Epoch: lease.Epoch, Sequence: lease.Sequence + 1, Reports: []workloadv1.DeploymentReport{{
				DeploymentId: assignment.DeploymentId, Revision: assignment.Revision, State: state,
			}}}
		})
	},
	"workload.v1.MsgRenewLease": func(w *walk) (actor, sdk.Msg) {
		return w.asDevice(func(device actor) sdk.Msg {
			lease := w.leaseOf(device)
			return &workloadv1.MsgRenewLease{Device: device.String(), Epoch: lease.Epoch, Sequence: lease.Sequence + 1}
		})
	},
	"council.v1.MsgUpdateParams": func(w *walk) (actor, sdk.Msg) {
		response, err := w.councils().Params(w.ctx(), &councilv1.QueryParamsRequest{})
		w.check(err)
		response.Params.DefaultVotingPeriod = w.hours(2, 200)
		return w.governor(), &councilv1.MsgUpdateParams{Authority: w.governor().String(), Params: response.Params}
	},
	"council.v1.MsgCreateCouncil": func(w *walk) (actor, sdk.Msg) {
		who, members := pick(w, w.people), w.members()
		return who, &councilv1.MsgCreateCouncil{
			Creator: who.String(), Name: w.name("council"), Members: members, DefaultThreshold: 1 + w.random.Uint64N(uint64(len(members))), VotingPeriod: w.hours(1, 100),
		}
	},
	"council.v1.MsgUpdateMembers": func(w *walk) (actor, sdk.Msg) {
		return w.proposed(func(council string) sdk.Msg {
			return &councilv1.MsgUpdateMembers{Council: council, Members: w.members()}
		})
	},
	"council.v1.MsgUpdateRules": func(w *walk) (actor, sdk.Msg) {
		return w.proposed(func(council string) sdk.Msg {
			return &councilv1.MsgUpdateRules{Council: council, DefaultThreshold: 1 + w.random.Uint64N(2), VotingPeriod: w.hours(1, 100)}
		})
	},
	"council.v1.MsgSubmit": func(w *walk) (actor, sdk.Msg) {
		return w.proposed(func(council string) sdk.Msg {
			return &workgroupv1.MsgCreateGroup{Creator: council, Name: w.name("group")}
		})
	},
	"council.v1.MsgApprove": func(w *walk) (actor, sdk.Msg) {
		return w.vote(func(member string, id uint64) sdk.Msg { return &councilv1.MsgApprove{Member: member, ProposalId: id} })
	},
	"council.v1.MsgReject": func(w *walk) (actor, sdk.Msg) {
		return w.vote(func(member string, id uint64) sdk.Msg { return &councilv1.MsgReject{Member: member, ProposalId: id} })
	},
	"council.v1.MsgWithdraw": func(w *walk) (actor, sdk.Msg) {
		if !w.one(3) {
			return actor{}, nil
		}
		return w.vote(func(member string, id uint64) sdk.Msg { return &councilv1.MsgWithdraw{Sender: member, ProposalId: id} })
	},
	"valset.v1.MsgUpdateParams": func(w *walk) (actor, sdk.Msg) {
		return w.governor(), &valsetv1.MsgUpdateParams{Authority: w.governor().String(), Params: valsetv1.Params{
			MinValidators: 1 + w.random.Uint32N(2), MaxValidators: 10 + w.random.Uint32N(90), OpenPeers: w.one(2), NodeIds: []string{fmt.Sprintf("%040x", w.random.Uint64())},
		}}
	},
	"valset.v1.MsgAddValidator": func(w *walk) (actor, sdk.Msg) {
		return w.governor(), &valsetv1.MsgAddValidator{
			Authority: w.governor().String(), ConsPubKey: w.machine("seat").pubKey(), Operator: pick(w, w.people).String(), Power: 100 + w.random.Int64N(2_000),
		}
	},
	"valset.v1.MsgRemoveValidator": func(w *walk) (actor, sdk.Msg) {
		return w.governor(), &valsetv1.MsgRemoveValidator{Authority: w.governor().String(), ValidatorId: w.seatID()}
	},
	"valset.v1.MsgSetPower": func(w *walk) (actor, sdk.Msg) {
		return w.governor(), &valsetv1.MsgSetPower{Authority: w.governor().String(), ValidatorId: w.seatID(), Power: 100 + w.random.Int64N(2_000)}
	},
	"valset.v1.MsgRotateKey": func(w *walk) (actor, sdk.Msg) {
		return w.governor(), &valsetv1.MsgRotateKey{Sender: w.governor().String(), ValidatorId: w.seatID(), ConsPubKey: w.machine("seat").pubKey()}
	},
	"valset.v1.MsgProposeNetworkAuthority": func(w *walk) (actor, sdk.Msg) {
		return w.governor(), &valsetv1.MsgProposeNetworkAuthority{Authority: w.governor().String(), NewAuthority: pick(w, w.people).String()}
	},
	"valset.v1.MsgAcceptNetworkAuthority": func(w *walk) (actor, sdk.Msg) {
		offered, err := w.app.ValsetKeeper.PendingAuthority(w.ctx())
		w.check(err)
		who, known := w.actors[offered]
		if !known {
			return actor{}, nil
		}
		return who, &valsetv1.MsgAcceptNetworkAuthority{Authority: who.String()}
	},
}

var (
	tags = []string{"site=lab", "site=shop", "disk=big"}
	// pausable messages are those without which the walk goes on.
	pausable = []string{"/daonetes.workgroup.v1.MsgUpdateGroup", "/daonetes.workload.v1.MsgPublishBlob"}
)

func (w *walk) hours(least, most int) time.Duration {
	return time.Duration(least+w.random.IntN(most-least+1)) * time.Hour
}

// wrapped is a proposal of a council.
func wrapped(proposer actor, council uint64, msg sdk.Msg) sdk.Msg {
	anys, err := sdktx.SetMsgs([]sdk.Msg{msg})
	if err != nil {
		panic(err)
	}
	return &councilv1.MsgSubmit{Proposer: proposer.String(), CouncilId: council, Messages: anys}
}
